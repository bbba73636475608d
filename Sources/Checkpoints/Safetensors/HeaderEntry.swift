import Documents

/// A tensor as a header describes it, before it is checked against the file.
struct HeaderEntry {
    let name: String
    let type: String
    let shape: [Int]
    /// First and last plus one byte, from the end of the header.
    let offsets: [Int]

    /// Reads the object behind a tensor's name.
    init(_ name: String, _ scanner: inout HeaderScanner) throws {
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        func error(_ problem: String, expected: String? = nil) -> InputError {
            InputError(.data, file: scanner.file, key: name, problem: problem, expected: expected)
        }
        try scanner.object { scanner, key in
            let isRepeated: Bool
            switch key {
            case "dtype":
                isRepeated = type != nil
                type = try scanner.string()
            case "shape":
                isRepeated = shape != nil
                shape = try scanner.naturals()
            case "data_offsets":
                isRepeated = offsets != nil
                offsets = try scanner.naturals()
            default:
                throw InputError(
                    .data, file: scanner.file, key: name, problem: "unknown key \"\(key)\"",
                    expected: "dtype, shape and data_offsets")
            }
            if isRepeated {
                throw InputError(
                    .data, file: scanner.file, key: name, problem: "\(key) is given twice", expected: "each key once")
            }
        }
        guard let type else { throw error("dtype is missing") }
        guard let shape else { throw error("shape is missing") }
        guard let offsets else { throw error("data_offsets is missing") }
        guard offsets.count == 2 else {
            throw error("data_offsets has \(offsets.count) numbers", expected: "2, begin and end")
        }
        self.name = name
        self.type = type
        self.shape = shape
        self.offsets = offsets
    }

    /// Checks that tensors have the sizes they claim and cover the data without gaps and overlaps.
    ///
    /// - Returns: the tensors in the order of their bytes.
    static func tensors(
        _ entries: [HeaderEntry], dataStart: Int, fileSize: Int, file: String
    ) throws -> [TensorInfo] {
        let dataCount = fileSize - dataStart
        let ordered = entries.sorted { ($0.offsets[0], $0.offsets[1]) < ($1.offsets[0], $1.offsets[1]) }
        var tensors: [TensorInfo] = []
        tensors.reserveCapacity(ordered.count)
        var end = 0
        for entry in ordered {
            let tensor = try entry.checked(dataStart: dataStart, dataCount: dataCount, file: file)
            let begin = entry.offsets[0]
            if begin < end {
                let other = tensors.last?.name ?? ""
                throw InputError(
                    .data, file: file, key: entry.name,
                    problem: "its data_offsets \(entry.offsets) overlap those of \(other), which end at \(end)")
            }
            if begin > end {
                throw InputError(
                    .data, file: file, key: entry.name,
                    problem: "no tensor covers bytes \(end) to \(begin) of the data before it",
                    expected: "tensors without gaps")
            }
            end = entry.offsets[1]
            tensors.append(tensor)
        }
        guard end == dataCount else {
            throw InputError(
                .data, file: file, problem: "no tensor covers bytes \(end) to \(dataCount) of the data",
                expected: "tensors up to the end of the file")
        }
        return tensors
    }

    private func checked(dataStart: Int, dataCount: Int, file: String) throws -> TensorInfo {
        func error(_ problem: String, expected: String? = nil) -> InputError {
            InputError(.data, file: file, key: name, problem: problem, expected: expected)
        }
        guard let type = ElementType(rawValue: type) else {
            throw error(
                "unsupported dtype \"\(self.type)\"",
                expected: "one of \(ElementType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let (begin, end) = (offsets[0], offsets[1])
        guard begin <= end else { throw error("its data_offsets \(offsets) run backwards") }
        guard end <= dataCount else {
            throw error("its data_offsets \(offsets) end beyond the \(dataCount) bytes of data in the file")
        }
        guard let count = type.byteCount(shape: shape) else {
            throw error("the shape \(shape) of \(type.rawValue) is no number of bytes that can be counted")
        }
        guard count == end - begin else {
            throw error(
                "its data_offsets \(offsets) hold \(end - begin) bytes",
                expected: "\(count) for shape \(shape) of \(type.rawValue)")
        }
        return TensorInfo(name: name, type: type, shape: shape, bytes: dataStart + begin..<dataStart + end)
    }
}
