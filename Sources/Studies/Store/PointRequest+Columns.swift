import Foundation
import GRDB

extension PointRequest {
    /// What of the columns is known before the point is simulated, and all there is of one that failed.
    var columns: [String: DatabaseValue] {
        switch self {
        case .tile(let request):
            [
                "model": request.model.name.databaseValue, "modelFidelity": "tile".databaseValue,
                "accelerator": request.accelerator.name.databaseValue, "scheme": request.scheme.name.databaseValue,
                "groupSize": request.scheme.groupSize.databaseValue, "kvScheme": request.kvScheme.name.databaseValue,
                "chips": request.chips.databaseValue, "topology": request.fabric.name.databaseValue,
                "promptTokens": request.promptTokens.databaseValue,
                "generatedTokens": request.generatedTokens.databaseValue, "batch": request.batch.databaseValue,
            ]
        case .published(let request):
            [
                "model": request.model.name.databaseValue, "modelFidelity": "published".databaseValue,
                "accelerator": request.accelerator.databaseValue, "chips": 1.databaseValue, "batch": 1.databaseValue,
                "task": request.task.rawValue.databaseValue, "contextTokens": request.context.databaseValue,
            ]
        }
    }
}
