import Documents

/// What became of an input.
enum FuzzOutcome: String, CaseIterable {
    /// It was opened, its vocabulary encoded and decoded text, and a token was generated; or packed matrices were read.
    case ran
    /// The weights' file, its index or the model's description was refused.
    case refusedModel = "refused-model"
    /// The vocabulary was refused.
    case refusedVocabulary = "refused-vocabulary"
    /// A text could not be encoded with the vocabulary.
    case refusedText = "refused-text"
    /// A tensor was missing, of another shape or type, or held what is no weight.
    case refusedWeights = "refused-weights"
    /// The model's numbers left their range on the way.
    case refusedRun = "refused-run"

    /// What it means, for the report.
    var meaning: String {
        switch self {
        case .ran: "opened, and ran a token or unpacked all matrices"
        case .refusedModel: "refused: header, index or description"
        case .refusedVocabulary: "refused: vocabulary"
        case .refusedText: "refused: a text that the vocabulary cannot encode"
        case .refusedWeights: "refused: a tensor"
        case .refusedRun: "refused: numbers out of range while running"
        }
    }
}

/// What an input must not do.
struct FuzzViolation: Error, CustomStringConvertible {
    let description: String

    /// Makes sure that an error is one that a user can do something with.
    static func check(_ error: any Error, folder: String) throws {
        guard let input = error as? InputError else {
            throw FuzzViolation(description: "an error of the type \(type(of: error)): \(error)")
        }
        let text = "\(input)"
        guard input.category == .data || input.category == .missingInput else {
            throw FuzzViolation(description: "the category \(input.category): \(text)")
        }
        guard let file = input.file, file.hasPrefix(folder) else {
            throw FuzzViolation(description: "a message without the file: \(text)")
        }
        guard text.utf8.count <= longestMessage + file.utf8.count else {
            throw FuzzViolation(description: "a message of \(text.utf8.count) bytes: \(text.prefix(200))")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw FuzzViolation(description: "a message with control characters: \(text.debugDescription)")
        }
    }

    /// Bytes of the longest message besides the file's name.
    private static let longestMessage = 1000
}
