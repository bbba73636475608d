extension String {
    /// The text as a value of a YAML file: as it is where that is read back as this text, else in double quotes.
    public var yamlValue: String {
        let isPlain = wholeMatch(of: /[A-Za-z][A-Za-z0-9_.\/-]*/) != nil
        let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        return isPlain && !words.contains(lowercased()) ? self : yamlQuoted
    }

    /// The text in double quotes, as YAML and JSON escape it.
    public var yamlQuoted: String {
        let escapes: [Character: String] = [
            "\\": "\\\\", "\"": "\\\"", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\r\n": "\\r\\n",
        ]
        return "\"" + map { escapes[$0] ?? String($0) }.joined() + "\""
    }
}
