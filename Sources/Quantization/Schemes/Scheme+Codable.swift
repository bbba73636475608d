extension Scheme: Codable {
    private enum CodingKeys: String, CodingKey {
        case name
        case groupSize
        case scaleEncoding
        case specialValues
        case antTypes
    }

    /// Decodes the name and, where present, group size, scale encoding, special values and types.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var scheme = try Scheme.named(container.decode(String.self, forKey: .name))
        if let size = try container.decodeIfPresent(Int.self, forKey: .groupSize) {
            scheme = try scheme.with(groupSize: size)
        }
        if let encoding = try container.decodeIfPresent(ScaleEncoding.self, forKey: .scaleEncoding) {
            scheme = try scheme.with(scaleEncoding: encoding)
        }
        if let values = try container.decodeIfPresent([Int].self, forKey: .specialValues) {
            scheme = try scheme.with(specialValues: values)
        }
        if let types = try container.decodeIfPresent([SchemeFamily.AntType].self, forKey: .antTypes) {
            scheme = try scheme.with(antTypes: types)
        }
        self = scheme
    }

    /// Encodes name, group size, scale encoding and chosen special values or types; the rest follows from the name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(groupSize, forKey: .groupSize)
        try container.encode(scaleEncoding, forKey: .scaleEncoding)
        if case .bitmod(_, .special(let values)) = family { try container.encode(values, forKey: .specialValues) }
        if !antTypes.isEmpty { try container.encode(antTypes, forKey: .antTypes) }
    }
}
