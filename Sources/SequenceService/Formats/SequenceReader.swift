package import JSON
package import SequenceModels

/// Reads one sequence from its JSON; the kind is read from the shape (api.md, 1.1).
///
///     [1, 2.5, null, 4]     one numeric channel; null is a missing value
///     [[1,2],[3,4]]         several channels, one inner array per step
///     "text"                a string
///     ["a","b"]             symbols; numbers too when the request says "tokens":"symbols"
package struct SequenceReader {
    /// Numbers are names of symbols.
    package var numbersAreSymbols: Bool
    /// Texts and symbols are faults.
    package var numbersAreNeeded: Bool
    /// Takes the faults.
    package let faults: JSONReader

    /// - Parameters:
    ///   - numbersAreSymbols: numbers are names of symbols.
    ///   - numbersAreNeeded: texts and symbols are faults, and told where they stand.
    ///   - faults: takes the faults.
    package init(numbersAreSymbols: Bool, numbersAreNeeded: Bool = false, faults: JSONReader) {
        self.numbersAreSymbols = numbersAreSymbols
        self.numbersAreNeeded = numbersAreNeeded
        self.faults = faults
    }

    /// The sequence, or nil after noting at least one fault.
    package func read(_ value: JSONValue, at pointer: String) -> SequenceValue? {
        switch value {
        case .string where numbersAreNeeded:
            faults.addFault(pointer, "expected an array of numbers, found \(value.found)")
            return nil
        case .string(let text): return .text(text)
        case .numbers(let values):
            return numbersAreSymbols ? symbols(value.elements ?? [], pointer) : .numeric(NumericSeries(values: values))
        case .array(let elements): return read(elements, pointer)
        default:
            faults.addFault(pointer, "expected an array or a string, found \(value.found)")
            return nil
        }
    }

    private func read(_ elements: [JSONValue], _ pointer: String) -> SequenceValue? {
        guard let first = elements.first(where: { !$0.isNull }) else {
            return .numeric(NumericSeries(values: elements.map { _ in .nan }))
        }
        switch first {
        case .string where numbersAreNeeded:
            addFault(ofNumber: first, "\(pointer)/\(elements.firstIndex(of: first) ?? 0)")
            return nil
        case .string: return symbols(elements, pointer)
        case .numbers, .array: return channels(elements, pointer)
        case .integer, .number:
            for (step, element) in elements.enumerated() where element.asDouble == nil && !element.isNull {
                if numbersAreSymbols, case .string = element { return symbols(elements, pointer) }
                addFault(ofNumber: element, "\(pointer)/\(step)")
                return nil
            }
            return .numeric(NumericSeries(values: elements.map { $0.asDouble ?? .nan }))
        default:
            faults.addFault(
                "\(pointer)/\(elements.firstIndex(of: first) ?? 0)",
                "expected a number, a string or an array, found \(first.found)")
            return nil
        }
    }

    private func symbols(_ elements: [JSONValue], _ pointer: String) -> SequenceValue? {
        var names: [String] = []
        names.reserveCapacity(elements.count)
        for (step, element) in elements.enumerated() {
            switch element {
            case .string(let name): names.append(name)
            case .integer(let value) where numbersAreSymbols: names.append(String(value))
            case .number(let value) where numbersAreSymbols:
                names.append(Int(exactly: value).map(String.init) ?? String(value))
            default:
                addFault(ofSymbol: step, elements, pointer)
                return nil
            }
        }
        return .symbols(names)
    }

    private func addFault(ofNumber found: JSONValue, _ pointer: String) {
        faults.addFault(
            pointer, "expected a number or null, found \(found.found)\(found.hintForNumber(isNullFine: true))")
    }

    /// Where numbers stand beside texts that were to be numbers, those texts are at fault.
    private func addFault(ofSymbol step: Int, _ elements: [JSONValue], _ pointer: String) {
        let element = elements[step]
        if element.asDouble != nil,
            let text = elements[..<step].firstIndex(where: { !$0.hintForNumber(isNullFine: false).isEmpty })
        {
            return addFault(ofNumber: elements[text], "\(pointer)/\(text)")
        }
        let hint = element.asDouble == nil ? "" : "; write \"\(element.text)\", or say \"tokens\": \"symbols\""
        faults.addFault("\(pointer)/\(step)", "expected a symbol (a string), found \(element.found)\(hint)")
    }

    /// - Returns: `[T, C]` time-major; every step must have as many channels as the first.
    private func channels(_ steps: [JSONValue], _ pointer: String) -> SequenceValue? {
        var values: [Double] = []
        var width = 0
        for (step, element) in steps.enumerated() {
            guard let row = element.asNumbers else {
                addFault(ofChannels: element, "\(pointer)/\(step)")
                return nil
            }
            if step == 0 { width = row.count }
            guard row.count == width, width > 0 else {
                faults.addFault(
                    "\(pointer)/\(step)",
                    width == 0
                        ? "a step needs at least one channel"
                        : "expected \(width) channels as in step 0, found \(row.count)")
                return nil
            }
            values += row
        }
        return .numeric(NumericSeries(values: values, channels: width))
    }

    /// At the first channel that is not a number.
    private func addFault(ofChannels element: JSONValue, _ pointer: String) {
        let elements = element.elements ?? []
        guard let channel = elements.firstIndex(where: { $0.asDouble == nil && !$0.isNull }) else {
            faults.addFault(pointer, "expected an array of numbers, one per channel, found \(element.found)")
            return
        }
        faults.addFault(
            "\(pointer)/\(channel)",
            "expected a number or null, one for each channel of a step, found \(elements[channel].found)"
                + elements[channel].hintForNumber(isNullFine: true))
    }
}
