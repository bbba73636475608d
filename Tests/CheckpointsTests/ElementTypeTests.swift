import Checkpoints
import Testing

@Suite("Element types")
struct ElementTypeTests {
    private func floats(_ type: ElementType, _ bytes: [UInt8]) -> [Float] {
        let count = bytes.count * 8 / type.bits
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            buffer.initialize(repeating: 0)
            bytes.withUnsafeBytes { type.readFloats($0, into: buffer) }
            initialized = count
        }
    }

    @Test func `every binary16 number is read exactly`() {
        let patterns = Array(UInt16.min...UInt16.max)
        let read = patterns.withUnsafeBytes { floats(.float16, Array($0)) }
        let wrong = zip(patterns, read).filter { bits, value in
            let expected = Float(Float16(bitPattern: bits))
            return expected.isNaN ? !value.isNaN : value.bitPattern != expected.bitPattern
        }
        #expect(wrong.isEmpty)
    }

    @Test func `every bfloat16 number is read exactly`() {
        let patterns = Array(UInt16.min...UInt16.max)
        let read = patterns.withUnsafeBytes { floats(.bfloat16, Array($0)) }
        #expect(zip(patterns, read).allSatisfy { UInt32($0) << 16 == $1.bitPattern })
    }

    @Test func `binary32 is read at any alignment`() {
        let bytes: [UInt8] = [9, 0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc1]
        var values = [Float](repeating: 0, count: 2)
        bytes.withUnsafeBytes { bytes in
            values.withUnsafeMutableBufferPointer { values in
                ElementType.float32.readFloats(UnsafeRawBufferPointer(rebasing: bytes[1...]), into: values)
            }
        }
        #expect(values == [1, -10])
    }

    @Test func `sizes are counted or refused`() {
        #expect(ElementType.float16.byteCount(shape: [3, 5]) == 30)
        #expect(ElementType.float64.byteCount(shape: []) == 8)
        #expect(ElementType.float4.byteCount(shape: [3]) == nil)
        #expect(ElementType.float4.byteCount(shape: [4]) == 2)
        #expect(ElementType.uint8.byteCount(shape: [Int.max]) == nil)
        #expect(ElementType.uint8.byteCount(shape: [Int.max, 0, Int.max]) == 0)
        #expect(ElementType.uint8.byteCount(shape: [Int.max / 8]) == Int.max / 8)
        #expect(ElementType.uint8.byteCount(shape: [Int.max / 8 + 1]) == nil)
    }
}
