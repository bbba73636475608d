import Studies
import _SimulationTestSupport

extension StudyPoint {
    /// Small runs that differ in their prompts.
    static func samples(prompts: [Int]) throws -> [StudyPoint] {
        try prompts.map { prompt in
            let study = try Study(
                yaml: "base: {model: gpt2, prompt: \(prompt)}", file: "s.yaml", keys: StudyTests.keys)
            return try StudyPoint(study.points[0], request: .tile(.sample("gpt2", prompt: prompt, generate: 1)))
        }
    }
}
