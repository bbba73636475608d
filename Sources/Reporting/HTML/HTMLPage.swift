/// A page that needs nothing else: no other file, no network, no font; readable in light and dark, on a phone and on paper.
///
/// It is well-formed XML as well, so that a test can read it.
struct HTMLPage {
    let title: String
    let sections: [Section]

    /// A part of the page with a heading of its own.
    struct Section {
        /// A name for links, of small letters and dashes.
        let name: String
        let title: String
        var items: [Item]
    }

    /// Something in a section.
    enum Item {
        case figure(Figure)
        /// A drawing that keeps its size and can be moved sideways where it is too wide.
        case drawing(name: String, title: String, caption: String, svg: String)
        case html(String)
    }

    /// The whole text.
    var text: String {
        let links = sections.map { "<a href=\"#\($0.name)\">\(SVG.escaped($0.title))</a>" }.joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <title>\(SVG.escaped(title))</title>
            <style>
            \(PageStyle.css)
            \(PlotStyle.css)
            </style>
            </head>
            <body>
            <header><h1>\(SVG.escaped(title))</h1>
            <nav>
            \(links)
            </nav></header>
            <main>
            \(sections.map(\.html).joined())</main>
            <script>
            \(PageScript.text)
            </script>
            </body>
            </html>

            """
    }

    /// The plots as files, by name.
    var drawings: [(name: String, svg: String)] {
        sections.flatMap(\.items).compactMap { item in
            switch item {
            case .figure(let figure): (figure.name, figure.svg)
            case .drawing(let name, _, _, let svg): (name, svg)
            case .html: nil
            }
        }
    }
}

extension HTMLPage.Section {
    fileprivate var html: String {
        "<section id=\"\(name)\">\n<h2>\(SVG.escaped(title))</h2>\n" + items.map(\.html).joined() + "</section>\n"
    }
}

extension HTMLPage.Item {
    fileprivate var html: String {
        switch self {
        case .figure(let figure): figure.html
        case .html(let text): text
        case .drawing(let name, let title, let caption, let svg):
            """
            <figure id="\(name)">
            <h3>\(SVG.escaped(title))</h3>
            <div class="scroll" tabindex="0" role="group" aria-label="\(SVG.escaped(title))">\(svg)</div>
            <figcaption>\(SVG.escaped(caption))</figcaption>
            </figure>

            """
        }
    }
}

/// The looks of a page.
enum PageStyle {
    static let css = """
        :root { color-scheme: light dark; --ground: #fff; --text: #1d2430; --muted: #4b5563; --line: #d5dae0;
          --raised: #f5f7f9; --link: #005a9e }
        @media (prefers-color-scheme: dark) { :root { --ground: #14181f; --text: #e7eaee; --muted: #b3bbc6;
          --line: #39424f; --raised: #1d232c; --link: #7cc0f0 } }
        @media print { :root { --ground: #fff; --text: #000; --muted: #333; --line: #bbb; --raised: #fff; --link: #000 } }
        * { box-sizing: border-box }
        body { margin: 0 auto; max-width: 820px; padding: 0 20px 60px; background: var(--ground); color: var(--text);
          font: 16px/1.5 \(PlotStyle.font) }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 28px 0 8px; overflow-wrap: anywhere }
        h2 { font-size: 1.3rem; margin: 44px 0 12px; padding-top: 10px; border-top: 1px solid var(--line) }
        h3 { font-size: 1.05rem; margin: 0 0 10px }
        h3.panel { font-size: 1.15rem; margin: 40px 0 -8px; padding-left: 10px; border-left: 4px solid var(--link) }
        p, li, figcaption, dd { overflow-wrap: anywhere }
        a { color: var(--link) }
        nav a { display: inline-block; margin: 0 16px 4px 0; padding: 2px 0 }
        figure { margin: 28px 0; break-inside: avoid }
        figcaption, .note { color: var(--muted); font-size: .9rem; margin-top: 6px }
        svg.plot { display: block; width: 100%; height: auto }
        svg.narrow { display: none }
        .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px; margin: 16px 0 }
        .tiles div { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px }
        .tiles dt { color: var(--muted); font-size: .82rem; line-height: 1.3 }
        .tiles dd { margin: 2px 0 0; font-size: 1.2rem; font-weight: bold; white-space: nowrap }
        .scroll { overflow-x: auto; margin: 14px 0; -webkit-overflow-scrolling: touch }
        .scroll svg.network { max-width: max(100%, 620px); height: auto; display: block }
        .scroll.tall { max-height: 70vh; overflow-y: auto; border: 1px solid var(--line) }
        table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums }
        th, td { text-align: left; padding: 4px 10px; border-bottom: 1px solid var(--line); white-space: nowrap }
        th { position: sticky; top: 0; background: var(--raised); vertical-align: bottom }
        th button { all: unset; cursor: pointer; font-weight: bold }
        th button:focus-visible { outline: 2px solid var(--link) }
        td.number, th.number { text-align: right }
        td.long { white-space: normal; min-width: 240px }
        dl.words dt { font-weight: bold; margin-top: 8px }
        dl.words dd { margin: 0 }
        @media (max-width: 600px) { body { padding: 0 12px 40px; font-size: 15px } svg.wide { display: none }
          svg.narrow { display: block } .tiles { grid-template-columns: 1fr 1fr } .tiles dd { font-size: 1.05rem } }
        @media print { body { max-width: none; font-size: 11pt } nav { display: none } svg.wide { display: block }
          svg.narrow { display: none } .scroll.tall { max-height: none; overflow: visible } .scroll { overflow: visible }
          table { font-size: 7pt } th, td { padding: 2px 4px; white-space: normal } th { position: static } }
        """
}

/// What a page can do: sort tables. Everything is there without it.
enum PageScript {
    static let text = """
        for (const button of document.querySelectorAll("th button")) button.addEventListener("click", () => {
          const head = button.parentElement, body = head.closest("table").tBodies[0];
          const column = head.cellIndex, down = head.getAttribute("aria-sort") === "ascending";
          const key = row => row.cells[column].dataset.value ?? row.cells[column].textContent;
          const order = (a, b) => { const x = Number(key(a)), y = Number(key(b));
            return Number.isNaN(x) || Number.isNaN(y) ? key(a).localeCompare(key(b)) : x - y };
          for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
          head.setAttribute("aria-sort", down ? "descending" : "ascending");
          body.append(...Array.from(body.rows).sort((a, b) => down ? order(b, a) : order(a, b)));
        });
        """
}
