/// The least number of characters to insert, remove or replace to turn one text into the other (Levenshtein).
///
/// - Complexity: the product of both lengths.
public func editDistance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (i, character) in first.enumerated() {
        // The entry up and to the left of the one being filled.
        var diagonal = row[0]
        row[0] = i + 1
        for j in second.indices {
            let replaced = diagonal + (second[j] == character ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
        }
    }
    return row[second.count]
}
