/// One of the five accelerators of Figures 7 and 8, with the constants of the authors' released simulator
/// (December 2024, arXiv:2411.11745).
public struct PublishedAccelerator: Sendable {
    /// The name on the command line.
    public let name: String
    /// PE array in the discriminative task, rows x columns.
    public let discriminativeArray: (rows: Int, columns: Int)
    /// PE array in a decode step, rows x columns.
    public let decodeArray: (rows: Int, columns: Int)
    /// Weights a PE takes per tile along the inputs.
    public let lanes: Int
    /// Whether a PE takes several cycles for a tile.
    public let isBitSerial: Bool
    /// Picojoules of a PE per cycle, before the factor 1.5 for place and route.
    public let energyPerElementCycle: Double
    /// Area of a PE in um2.
    public let elementSquareMicrometers: Double
    /// Weight bits in the discriminative task.
    public let discriminativeWeightBits: Double
    /// Weight bits in a decode step, for the models of the paper in the order of ``PublishedAccelerator/models``.
    public let decodeWeightBits: [Double]

    /// The models of Figures 7 and 8 by their registry names, in the order of the published arrays.
    public static let models = ["opt-1.3b", "phi-2", "yi-6b", "llama-2-7b", "llama-2-13b", "llama-3-8b"]

    /// The five accelerators in the order of the figures.
    public static let all: [PublishedAccelerator] = [
        .init(
            name: "fp16", discriminativeArray: (32, 24), decodeArray: (64, 12), lanes: 1, isBitSerial: false,
            energyPerElementCycle: 0.77, elementSquareMicrometers: 1968.7, discriminativeWeightBits: 16,
            decodeWeightBits: [16, 16, 16, 16, 16, 16]),
        .init(
            name: "bitmod-lossless", discriminativeArray: (32, 32), decodeArray: (64, 16), lanes: 4, isBitSerial: true,
            energyPerElementCycle: 0.56, elementSquareMicrometers: 1507.7, discriminativeWeightBits: 6.0625,
            decodeWeightBits: [6.0625, 6.0625, 6.0625, 6.0625, 6.0625, 6.0625]),
        .init(
            name: "bitmod-lossy", discriminativeArray: (32, 32), decodeArray: (64, 16), lanes: 4, isBitSerial: true,
            energyPerElementCycle: 0.56, elementSquareMicrometers: 1507.7, discriminativeWeightBits: 4.0625,
            decodeWeightBits: [3.0625, 3.0625, 3.0625, 3.0625, 3.0625, 3.0625]),
        .init(
            name: "ant", discriminativeArray: (32, 32), decodeArray: (64, 16), lanes: 1, isBitSerial: false,
            energyPerElementCycle: 0.56, elementSquareMicrometers: 1318.6, discriminativeWeightBits: 5.5,
            decodeWeightBits: [5, 5, 5.25, 5, 5, 4.5]),
        .init(
            name: "olive", discriminativeArray: (36, 32), decodeArray: (72, 16), lanes: 1, isBitSerial: false,
            energyPerElementCycle: 0.613, elementSquareMicrometers: 1318.6, discriminativeWeightBits: 4.5,
            decodeWeightBits: [3.875, 4, 4.25, 3.75, 3.75, 3.5]),
    ]

    /// The accelerator of that name.
    public static func named(_ name: String) -> PublishedAccelerator? { all.first { $0.name == name } }

    /// The weight bits the paper uses, or nil for a model it does not have.
    public func weightBits(task: PublishedTask, model: String) -> Double? {
        guard let index = Self.models.firstIndex(of: model) else { return nil }
        return task == .discriminative ? discriminativeWeightBits : decodeWeightBits[index]
    }

    /// The PE array the paper uses, rows x columns.
    public func array(task: PublishedTask) -> (rows: Int, columns: Int) {
        task == .discriminative ? discriminativeArray : decodeArray
    }
}
