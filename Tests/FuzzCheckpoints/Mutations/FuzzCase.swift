import _RandomTestSupport

/// An input made from a seed and a number: the same two give the same files.
///
/// The first cases of every seed are the inputs of ``InputLibrary`` as they are.
struct FuzzCase {
    /// Which one of the seed's cases.
    let number: Int
    /// What it was made from.
    let name: String
    /// Whether nothing has been done to it.
    let isWhole: Bool
    /// The files.
    let files: [(name: String, bytes: [UInt8])]
    /// The file to open; empty for the folder.
    let opened: String
    /// Chooses how the model is run.
    let choice: UInt64

    /// Bytes of all files.
    var byteCount: Int { files.reduce(0) { $0 + $1.bytes.count } }

    init(seed: UInt64, number: Int) {
        var numbers = SeededGenerator(seed: seed ^ (UInt64(number) &* 0x9E37_79B9_7F4A_7C15))
        let inputs = InputLibrary.all
        isWhole = number < inputs.count
        let input = isWhole ? inputs[number] : numbers.pick(inputs)
        var contents = input.files.map(\.content)
        if !isWhole {
            let other = numbers.pick(numbers.pick(inputs).files).content.bytes
            var place = numbers.integer(0...contents.count - 1)
            for _ in 0..<numbers.pick([1, 1, 1, 2, 2, 3, 4]) {
                if numbers.integer(0...3) == 0 { place = numbers.integer(0...contents.count - 1) }
                Self.damage(&contents[place], other: other, &numbers)
            }
        }
        self.number = number
        name = input.name
        opened = input.opened
        files = zip(input.files, contents).map { ($0.name, $1.bytes) }
        choice = numbers.next()
    }

    /// An input of the library as it is.
    init(whole number: Int, choice: UInt64) {
        let input = InputLibrary.all[number]
        self.number = number
        self.choice = choice
        isWhole = true
        name = input.name
        opened = input.opened
        files = input.files.map { ($0.name, $0.content.bytes) }
    }

    private static func damage(
        _ content: inout FuzzInput.Content, other: [UInt8], _ numbers: inout SeededGenerator
    ) {
        switch content {
        case .gguf(var bytes) where numbers.integer(0...3) > 0:
            GGUFMutation.apply(to: &bytes, other: other, &numbers)
            content = .gguf(bytes)
        case .json(var draft) where numbers.integer(0...4) > 0:
            JSONMutation.apply(to: &draft, &numbers)
            content = .json(draft)
        case .safetensors(var header, let data) where numbers.integer(0...3) > 0:
            JSONMutation.apply(to: &header, &numbers)
            content = .safetensors(header: header, data: data)
        default:
            var bytes = content.bytes
            ByteMutation.apply(to: &bytes, other: other, &numbers)
            // A damaged GGUF file may still be walked through; what was a tree is bytes from here on.
            if case .gguf = content { content = .gguf(bytes) } else { content = .bytes(bytes) }
        }
    }
}
