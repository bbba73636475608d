import Fabric
import Units
import Workload

extension Operator {
    /// One of several parts along its outputs, or nil where there are fewer outputs than parts.
    func piece(_ index: Int, of parts: Int) -> Operator? {
        var piece = self
        switch kind {
        case .linear(var linear):
            linear.outputs = Division.evenly(linear.outputs, over: parts)[index]
            guard linear.outputs > 0 else { return nil }
            piece.kind = .linear(linear)
        case .residual(let rows, let width):
            let width = Division.evenly(width, over: parts)[index]
            guard width > 0 else { return nil }
            piece.kind = .residual(rows: rows, width: width)
        default: preconditionFailure("\(name) is not cut along its outputs")
        }
        return piece
    }
}

extension Exchange {
    /// One of several parts of its vector.
    func piece(_ index: Int, of parts: Int) -> Exchange {
        guard parts > 1 else { return self }
        var piece = self
        let elements = collective.bytes.count / collective.elementBytes
        piece.collective.bytes = Bytes(Division.evenly(elements, over: parts)[index] * collective.elementBytes)
        return piece
    }
}
