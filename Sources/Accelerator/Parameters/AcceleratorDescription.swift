import Documents
import Units

/// An accelerator as a table of constants with units and sources: what files hold and `show` prints.
///
/// ``Chip`` is the same thing ready for computing.
public struct AcceleratorDescription: Hashable, Sendable, Codable {
    /// The name, such as `bitmod`.
    public var name: String
    /// What one processing element computes in a step.
    public var processingElement: ProcessingElementKind
    /// One sentence on what it is.
    public var summary: String
    /// The constants. Exactly the ``requiredKeys`` of this kind.
    public private(set) var parameters: [ParameterKey: Parameter]

    /// Creates a description.
    ///
    /// - Precondition: all ``requiredKeys`` are present and within their ranges; presets and files are checked by tests
    ///   and by the reader.
    init(
        name: String, processingElement: ProcessingElementKind, summary: String,
        parameters: [ParameterKey: Parameter]
    ) {
        self.name = name
        self.processingElement = processingElement
        self.summary = summary
        self.parameters = parameters
    }

    /// A constant's value in its base unit.
    public subscript(key: ParameterKey) -> Double {
        guard let parameter = parameters[key] else { preconditionFailure("\(name) has no \(key.rawValue)") }
        return parameter.value
    }

    /// Replaces one constant by a value that the user gave.
    ///
    /// - Throws: ``InputError`` where the accelerator has no such constant or the value is out of range or in the wrong
    ///   unit.
    public mutating func override(_ key: String, with text: String, option: String) throws {
        guard let known = ParameterKey(rawValue: key) else {
            throw InputError(
                .usage, key: option, problem: "no constant \"\(key)\"",
                expected: "one of \(parameterKeys.map(\.rawValue).joined(separator: ", "))")
        }
        let definition = known.definition
        guard let quantity = Quantity(text, as: definition.dimension) else {
            throw InputError(
                .usage, key: option, problem: "found \"\(text)\" for \(key)", expected: definition.dimension.expectation
            )
        }
        guard definition.range.contains(quantity.value),
            !definition.isWhole || quantity.value == quantity.value.rounded()
        else {
            let low = Quantity(definition.range.lowerBound, definition.dimension).text
            let high = Quantity(definition.range.upperBound, definition.dimension).text
            throw InputError(
                .usage, key: option, problem: "found \"\(text)\" for \(key)",
                expected: "a \(definition.isWhole ? "whole " : "")value from \(low) to \(high)")
        }
        guard Self.requiredKeys(of: processingElement, splitsDRAMEnergy: splitsDRAMEnergy).contains(known) else {
            throw InputError(.usage, key: option, problem: "\(name) does not use \(key)")
        }
        parameters[known] = Parameter(quantity.value, .user, "given by \(option)")
        if let problem = inconsistency { throw InputError(.usage, key: option, problem: problem) }
    }

    /// What is wrong with the constants taken together, or nil.
    var inconsistency: String? {
        self[.dramRefreshTime] < self[.dramRefreshInterval]
            ? nil : "dram.refresh-time is not shorter than dram.refresh-interval: no time is left for transfers"
    }

    /// Whether DRAM energy is split into activation, array, interface and background rather than one flat figure.
    ///
    /// The two kinds are never mixed: a flat figure already contains activations and standby.
    public var splitsDRAMEnergy: Bool { parameters[.dramEnergy] == nil }

    /// The constants in the order of the table.
    public var parameterKeys: [ParameterKey] { ParameterKey.allCases.filter { parameters[$0] != nil } }

    /// The constants that an accelerator of a kind must have: no fewer, no more.
    public static func requiredKeys(of kind: ProcessingElementKind, splitsDRAMEnergy: Bool) -> Set<ParameterKey> {
        let split: Set<ParameterKey> = [
            .dramActivateEnergy, .dramReadEnergy, .dramWriteEnergy, .dramInterfaceEnergy, .dramBackgroundPower,
        ]
        let bitSerial: Set<ParameterKey> = [.arrayDequantise, .arrayEncoderArea]
        var keys = Set(ParameterKey.allCases)
        if splitsDRAMEnergy { keys.remove(.dramEnergy) } else { keys.subtract(split) }
        if kind != .bitSerial { keys.subtract(bitSerial) }
        return keys
    }
}
