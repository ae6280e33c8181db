import JSON
import SequenceModels

/// Reads lists and values of covariates. Texts are categories; true and false are the numbers 1 and 0; null is unknown.
struct CovariateReader {
    /// Takes the faults.
    let faults: JSONReader

    /// A list with a value for each step, or nil after a fault. Its first known value decides its kind.
    func values(_ value: JSONValue, at pointer: String) -> CovariateValues? {
        if case .numbers(let numbers) = value { return .numbers(numbers) }
        guard let elements = list(value, at: pointer) else { return nil }
        if case .string? = elements.first(where: { !$0.isNull }) {
            var categories: [String?] = []
            categories.reserveCapacity(elements.count)
            for (step, element) in elements.enumerated() {
                guard element.isNull || element.asString != nil else {
                    return odd(element, at: pointer, step, "a category (a text) or null, as before")
                }
                categories.append(element.asString)
            }
            return .categories(categories)
        }
        return numbers(elements, at: pointer, areFlagsToo: true).map { .numbers($0) }
    }

    /// A list of numbers, or nil after a fault.
    func numbers(_ value: JSONValue, at pointer: String) -> [Double]? {
        if case .numbers(let numbers) = value { return numbers }
        return list(value, at: pointer).flatMap { numbers($0, at: pointer, areFlagsToo: false) }
    }

    private func numbers(_ elements: [JSONValue], at pointer: String, areFlagsToo: Bool) -> [Double]? {
        var numbers: [Double] = []
        numbers.reserveCapacity(elements.count)
        for (step, element) in elements.enumerated() {
            guard let number = areFlagsToo || element.asBool == nil ? Self.number(element) : nil else {
                return odd(
                    element, at: pointer, step, "a number or null", hint: element.hintForNumber(isNullFine: true))
            }
            numbers.append(number)
        }
        return numbers
    }

    /// A list of whole numbers that name categories, or nil after a fault.
    func categories(_ value: JSONValue, at pointer: String) -> [String?]? {
        guard let elements = list(value, at: pointer) else { return nil }
        var categories: [String?] = []
        categories.reserveCapacity(elements.count)
        for (step, element) in elements.enumerated() {
            switch category(element, at: JSONPointer.appending(step, to: pointer)) {
            case .category(let name)?: categories.append(name)
            case .missing?: categories.append(nil)
            case .number?, nil: return nil
            }
        }
        return categories
    }

    /// What one value is for a whole series, or nil after a fault.
    func value(_ value: JSONValue, at pointer: String) -> StaticCovariate.Value? {
        if value.isNull { return .missing }
        if let text = value.asString { return .category(text) }
        if let number = Self.number(value) { return .number(number) }
        faults.addFault(pointer, "expected a number, a text, true, false or null, found \(value.found)")
        return nil
    }

    /// One number, or nil after a fault.
    func number(_ value: JSONValue, at pointer: String) -> StaticCovariate.Value? {
        if value.isNull { return .missing }
        if let number = Self.number(value) { return .number(number) }
        faults.addFault(
            pointer, "expected a number or null, found \(value.found)\(value.hintForNumber(isNullFine: true))")
        return nil
    }

    /// A whole number, or a text, as the name of a category, or nil after a fault.
    func category(_ value: JSONValue, at pointer: String) -> StaticCovariate.Value? {
        if value.isNull { return .missing }
        if let text = value.asString ?? value.asInt.map(String.init) { return .category(text) }
        faults.addFault(pointer, "expected a whole number or a text that names a category, found \(value.found)")
        return nil
    }

    private func list(_ value: JSONValue, at pointer: String) -> [JSONValue]? {
        if let elements = value.elements { return elements }
        faults.addFault(pointer, "expected a list with a value for each step, found \(value.found)")
        return nil
    }

    private func odd<Value>(
        _ found: JSONValue, at pointer: String, _ step: Int, _ wanted: String, hint: String = ""
    ) -> Value? {
        faults.addFault(
            JSONPointer.appending(step, to: pointer), "expected \(wanted), found \(found.found)\(hint)")
        return nil
    }

    /// NaN for null, nil for what is not a number.
    private static func number(_ value: JSONValue) -> Double? {
        value.isNull ? .nan : value.asDouble ?? value.asBool.map { $0 ? 1 : 0 }
    }
}
