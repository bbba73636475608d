import Accelerator
import Simulation

/// The document `bitmod-dist.reproduce/1`: Figures 7 and 8, ours beside published.
public struct ReproductionDocument: Encodable {
    struct Point: Encodable {
        let accelerator: String
        let task: String
        let model: String
        let latencyCycles: Int
        let publishedLatencyCycles: Int
        let onChipEnergyMicrojoules: Double
        let publishedOnChipEnergyMicrojoules: Int
        let energyMicrojoules: Double
        let publishedEnergyMicrojoules: Int
        let equalsPublishedDigits: Bool

        init(_ point: Reproduction.Point) {
            accelerator = point.accelerator
            task = point.task.rawValue
            model = point.model
            latencyCycles = point.latencyCycles.ours
            publishedLatencyCycles = point.latencyCycles.published
            onChipEnergyMicrojoules = point.onChipMicrojoules.ours
            publishedOnChipEnergyMicrojoules = point.onChipMicrojoules.published
            energyMicrojoules = point.microjoules.ours
            publishedEnergyMicrojoules = point.microjoules.published
            equalsPublishedDigits = point.isEqual
        }
    }

    struct Series: Encodable {
        let accelerator: String
        let task: String
        let models: [String]
        let speedup: [Double]
        let publishedSpeedup: [Double]
        let tileSpeedup: [Double]
        let meanSpeedup: Double
        let publishedMeanSpeedup: Double
        let tileMeanSpeedup: Double
        let normalizedEnergy: [Double]
        let publishedNormalizedEnergy: [Double]
        let tileNormalizedEnergy: [Double]
        let meanNormalizedEnergy: Double
        let publishedMeanNormalizedEnergy: Double
        let tileMeanNormalizedEnergy: Double
    }

    struct Headline: Encodable {
        struct Average: Encodable {
            let over: String
            let discriminative: Double
            let generative: Double
            let mean: Double
            let meanOfRoundedRatios: Double
            let published: Double
            let tileMean: Double
        }
        let derivation: String
        let averages: [Average]
    }

    let schema = "bitmod-dist.reproduce/1"
    let points: [Point]
    let figures: [Series]
    let headline: Headline

    /// Creates the document.
    ///
    /// - Parameters:
    ///   - reproduction: published fidelity.
    ///   - tile: the same figures in tile fidelity.
    public init(_ reproduction: Reproduction, tile: FigureSet) {
        points = reproduction.points.map(Point.init)
        let ours = reproduction.ours
        let published = reproduction.published
        figures = ours.series.map { series in
            let printed = published.series(series.accelerator, series.task)
            let honest = tile.series(series.accelerator, series.task)
            return Series(
                accelerator: series.accelerator, task: series.task.rawValue, models: PublishedAccelerator.models,
                speedup: series.speedup, publishedSpeedup: printed.speedup, tileSpeedup: honest.speedup,
                meanSpeedup: series.means.speedup, publishedMeanSpeedup: printed.means.speedup,
                tileMeanSpeedup: honest.means.speedup, normalizedEnergy: series.normalizedEnergy,
                publishedNormalizedEnergy: printed.normalizedEnergy, tileNormalizedEnergy: honest.normalizedEnergy,
                meanNormalizedEnergy: series.means.energy, publishedMeanNormalizedEnergy: printed.means.energy,
                tileMeanNormalizedEnergy: honest.means.energy)
        }
        let claims = [("ant", PublishedFigures.headline.ant), ("olive", PublishedFigures.headline.olive)]
        headline = Headline(
            derivation: "for each task the ratio of mean speed-ups over fp16, then the mean of the two tasks; "
                + "the published olive figure follows only if the two ratios are rounded to two digits first",
            averages: claims.map { name, claim in
                let value = ours.headline(over: name)
                return Headline.Average(
                    over: name, discriminative: value.discriminative, generative: value.generative, mean: value.mean,
                    meanOfRoundedRatios: value.meanOfRounded, published: claim,
                    tileMean: tile.headline(over: name).mean)
            })
    }
}
