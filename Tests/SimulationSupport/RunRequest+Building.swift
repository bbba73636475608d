import Accelerator
import Fabric
import MessagePassing
import Quantization
import Simulation
import Workload

extension RunRequest {
    /// A request with the defaults of the command line, except for short prompts.
    public static func sample(
        _ model: TransformerModel, accelerator: AcceleratorDescription = AcceleratorPresets.bitmod,
        scheme: String? = nil, kvScheme: String? = nil, chips: Int = 1, topology: String = "ring",
        parallel: String = "auto", prompt: Int = 16, generate: Int = 3, batch: Int = 1
    ) throws -> RunRequest {
        let kind = accelerator.processingElement
        guard let fabric = Fabric.preset(topology) else { throw UnknownTopology(name: topology) }
        return try RunRequest(
            model: model, accelerator: accelerator, scheme: Scheme.named(scheme ?? kind.defaultScheme),
            kvScheme: Scheme.named(kvScheme ?? kind.defaultKVScheme), chips: chips, fabric: fabric,
            parallelism: ParallelismRequest(parallel), promptTokens: prompt, generatedTokens: generate, batch: batch)
    }

    /// The same for a registered model.
    public static func sample(
        _ model: String, accelerator: AcceleratorDescription = AcceleratorPresets.bitmod, scheme: String? = nil,
        kvScheme: String? = nil, chips: Int = 1, topology: String = "ring", parallel: String = "auto",
        prompt: Int = 16, generate: Int = 3, batch: Int = 1
    ) throws -> RunRequest {
        try sample(
            ModelRegistry.model(named: model), accelerator: accelerator, scheme: scheme, kvScheme: kvScheme,
            chips: chips, topology: topology, parallel: parallel, prompt: prompt, generate: generate, batch: batch)
    }

    /// The same request with some constants of the accelerator replaced.
    public func setting(_ constants: [String: String]) throws -> RunRequest {
        var request = self
        for (key, value) in constants { try request.accelerator.override(key, with: value, option: "--set") }
        return request
    }

    /// Checks, plans and runs it in one process.
    public func run(
        detail: SystemSimulation.Detail = .phases, timelines: [TimelineScope] = []
    ) throws -> RunResult {
        try validate()
        let simulation = try SystemSimulation(self, plan: Planner(self).plan(), detail: detail, timelines: timelines)
        guard let result = try simulation.run(on: SingleProcessCommunicator()) else { throw NoResult() }
        return result
    }

    /// There is no topology of that name.
    public struct UnknownTopology: Error {
        let name: String
    }

    /// The only process is not the coordinator.
    public struct NoResult: Error {}
}
