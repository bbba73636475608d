/// A dragonfly (Kim et al., ISCA 2008, doi:10.1109/ISCA.2008.19): p chips at each of a routers of a group, the routers of
/// a group fully connected, and h global links at each router.
///
/// The a · h global ports of a group are dealt out to the other groups in turn, as many to each; what does not deal out
/// evenly stays unused. Port j belongs to router j / h.
public struct Dragonfly: Hashable, Sendable, Codable {
    /// p.
    public var chipsPerRouter: Int
    /// a.
    public var routersPerGroup: Int
    /// h.
    public var globalLinksPerRouter: Int
    /// Groups, at most a · h + 1.
    public var groups: Int
    /// The links to chips and within a group.
    public var link: Link
    /// The links between groups.
    public var globalLink: Link
    /// Every router.
    public var router: Switch

    /// Creates a dragonfly.
    public init(
        chipsPerRouter: Int, routersPerGroup: Int, globalLinksPerRouter: Int, groups: Int, link: Link,
        globalLink: Link, router: Switch
    ) {
        self.chipsPerRouter = chipsPerRouter
        self.routersPerGroup = routersPerGroup
        self.globalLinksPerRouter = globalLinksPerRouter
        self.groups = groups
        self.link = link
        self.globalLink = globalLink
        self.router = router
    }

    /// Chips.
    public var chips: Int { chipsPerRouter * routersPerGroup * groups }

    /// Links between any two groups.
    public var linksBetweenGroups: Int {
        groups == 1 ? 0 : routersPerGroup * globalLinksPerRouter / (groups - 1)
    }

    var extents: [Int] { [chipsPerRouter, routersPerGroup, groups] }
}

/// Minimal routing: to the router that has the global link, over it, and to the destination's router. Which of parallel
/// global links is taken depends on the destination alone.
struct DragonflyRouting: Routing {
    private let dragonfly: Dragonfly
    private var toRouter: [Int32] = []
    private var toChip: [Int32] = []
    /// Channels within groups [group x from x to]; unused where both are the same.
    private var local: [Int32] = []
    /// Channels between groups [from x to x link]; unused where both are the same.
    private var global: [Int32] = []

    init(_ dragonfly: Dragonfly, over terminals: [Int], in builder: inout NetworkBuilder) {
        self.dragonfly = dragonfly
        let (a, groups, links) = (dragonfly.routersPerGroup, dragonfly.groups, dragonfly.linksBetweenGroups)
        let routers = (0..<a * groups).map { _ in builder.addSwitch() }
        for (chip, terminal) in terminals.enumerated() {
            let router = routers[chip / dragonfly.chipsPerRouter]
            toRouter.append(builder.addChannel(from: terminal, to: router, dragonfly.link))
            toChip.append(
                builder.addChannel(from: router, to: terminal, dragonfly.link, leaving: dragonfly.router))
        }
        for group in 0..<groups {
            for from in 0..<a {
                for to in 0..<a {
                    local.append(
                        from == to
                            ? -1
                            : builder.addChannel(
                                from: routers[group * a + from], to: routers[group * a + to], dragonfly.link,
                                leaving: dragonfly.router))
                }
            }
        }
        for from in 0..<groups {
            for to in 0..<groups {
                for link in 0..<links {
                    guard from != to else {
                        global.append(-1)
                        continue
                    }
                    let source = routers[from * a + Self.router(of: dragonfly, from: from, to: to, link: link)]
                    let target = routers[to * a + Self.router(of: dragonfly, from: to, to: from, link: link)]
                    global.append(
                        builder.addChannel(
                            from: source, to: target, dragonfly.globalLink, leaving: dragonfly.router))
                }
            }
        }
    }

    /// The router of a group that has a link to another group.
    private static func router(of dragonfly: Dragonfly, from: Int, to: Int, link: Int) -> Int {
        let port = link * (dragonfly.groups - 1) + (to < from ? to : to - 1)
        return port / dragonfly.globalLinksPerRouter
    }

    func append(from source: Int, to destination: Int, to route: inout [Int32]) {
        let a = dragonfly.routersPerGroup
        let (router, target) = (source / dragonfly.chipsPerRouter, destination / dragonfly.chipsPerRouter)
        let (group, targetGroup) = (router / a, target / a)
        var here = router % a
        func walk(in group: Int, to there: Int) {
            if here != there { route.append(local[(group * a + here) * a + there]) }
            here = there
        }
        route.append(toRouter[source])
        if group != targetGroup {
            let links = dragonfly.linksBetweenGroups
            let link = destination % links
            walk(in: group, to: Self.router(of: dragonfly, from: group, to: targetGroup, link: link))
            route.append(global[(group * dragonfly.groups + targetGroup) * links + link])
            here = Self.router(of: dragonfly, from: targetGroup, to: group, link: link)
        }
        walk(in: targetGroup, to: target % a)
        route.append(toChip[destination])
    }
}
