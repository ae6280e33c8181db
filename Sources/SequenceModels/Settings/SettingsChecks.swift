import RecurrentLayers

/// Collects faults while settings are read; ranges come from `ModelLimits`.
struct SettingsChecks {
    private(set) var faults: [Fault] = []
    /// Where the settings stand in what is read; the beginning of every pointer.
    private let root: String

    init(under root: String = "") { self.root = root }

    mutating func fault(_ pointer: String, _ detail: String) {
        faults.append(Fault(pointer: root + pointer, detail: detail))
    }

    mutating func whole(_ value: Int?, _ range: ClosedRange<Int>, _ pointer: String) {
        guard let value, !range.contains(value) else { return }
        fault(pointer, "\(value) is outside \(range.lowerBound) … \(range.upperBound)")
    }

    private mutating func real(_ value: Double?, _ range: NumberRange, _ pointer: String) {
        guard let value else { return }
        let (lower, upper) = (range.lower, range.upper)
        let low = range.includesLower ? value >= lower : value > lower
        let high = range.includesUpper ? value <= upper : value < upper
        if !(low && high) {
            let (above, below) = (range.includesLower ? "" : "above ", range.includesUpper ? "" : "below ")
            fault(pointer, "\(value) is outside \(above)\(lower) … \(below)\(upper)")
        }
    }

    /// As `real`, of a value that the engine uses as a 32-bit number: it must be within the range in that form, too.
    private mutating func single(_ value: Double?, _ range: NumberRange, _ pointer: String) {
        let before = faults.count
        real(value, range, pointer)
        guard let value, faults.count == before else { return }
        let used = Float(value)
        if value != 0 && used.magnitude < .leastNormalMagnitude {
            fault(pointer, "\(value) is too small for a 32-bit number: \(Float.leastNormalMagnitude) is the least")
        } else if (!range.includesUpper && used >= Float(range.upper))
            || (!range.includesLower && used <= Float(range.lower))
        {
            fault(pointer, "\(value) is \(used) as a 32-bit number, which is outside the range")
        }
    }

    func finish() throws(Faults) {
        if !faults.isEmpty { throw Faults(list: faults) }
    }
}

extension SettingsChecks {
    /// The form and range of each setting, whatever the task.
    mutating func ranges(of request: SettingsRequest) {
        ranges(SettingsOptions.members, request.values, "")
        let forecast = request.forecast
        if forecast.quantiles != nil && forecast.distribution != .quantile {
            fault(
                "/forecast/quantiles",
                "levels to learn belong to the distribution quantile; without it, ask /predict for levels")
        }
        if forecast.distribution == .negativeBinomial, let scaling = forecast.scaling,
            scaling == .standard || scaling == .log
        {
            fault(
                "/forecast/scaling",
                "counts are scaled by their mean or not at all: \(scaling.rawValue) does not go with negative_binomial")
        }
    }

    /// The form and range of each value that is given.
    /// - Parameter place: the pointer of the group.
    mutating func ranges(_ members: [OptionMember], _ values: OptionValues, _ place: String) {
        for member in members {
            switch member {
            case .option(let row):
                if let value = values[row] { range(row.form, value, "\(place)/\(row.name)") }
            case .group(let group):
                if let inner = values[group: group.name] { ranges(group.members, inner, "\(place)/\(group.name)") }
            }
        }
    }

    /// One value in its form.
    mutating func range(_ form: OptionForm, _ value: any OptionValue, _ pointer: String) {
        switch form {
        case .flag, .word, .seed: break
        case .whole(let range): whole(value as? Int, range, pointer)
        case .number(let range): number(value as? Double, range, pointer)
        case .levels(let countMin): levels(value as? [Double] ?? [], countMin: countMin, pointer)
        case .classWeights:
            guard case .byLabel(let weights)? = value as? ClassWeights else { return }
            let range = NumberRange(0, ModelLimits.classWeightMax, includesLower: false, isSingle: true)
            for (label, weight) in weights.sorted(by: { $0.key < $1.key }) {
                number(weight, range, ClassWeights.pointer(label))
            }
        case .texts(let countMax, let sizeBytesMax):
            texts(value as? [String] ?? [], countMax: countMax, sizeBytesMax: sizeBytesMax, pointer)
        case .text(let sizeBytesMax):
            let count = (value as? String ?? "").utf8.count
            if !(1...sizeBytesMax ~= count) { fault(pointer, "\(count) bytes, expected 1 to \(sizeBytesMax)") }
        case .wholes(let range, let countMax): wholes(value as? [Int] ?? [], range, countMax: countMax, pointer)
        }
    }

    /// Not too many, each in its range, none twice.
    private mutating func wholes(_ values: [Int], _ range: ClosedRange<Int>, countMax: Int, _ pointer: String) {
        if values.count > countMax { return fault(pointer, "\(values.count) numbers, at most \(countMax)") }
        for (index, value) in values.enumerated() {
            whole(value, range, "\(pointer)/\(index)")
            if values[..<index].contains(value) { fault("\(pointer)/\(index)", "\(value) is there twice") }
        }
    }

    private mutating func number(_ value: Double?, _ range: NumberRange, _ pointer: String) {
        if range.isSingle {
            single(value, range, pointer)
        } else {
            real(value, range, pointer)
        }
    }

    /// Levels that a model learns are used as 32-bit numbers; those that it is asked for are not.
    private mutating func levels(_ levels: [Double], countMin: Int, _ pointer: String) {
        if levels.count < countMin { fault(pointer, "a spread needs at least \(countMin) levels") }
        quantiles(levels, pointer)
        guard countMin > 0 else { return }
        for (index, level) in levels.prefix(ModelLimits.quantilesMax).enumerated() where level > 0 && level < 1 {
            let range = NumberRange(0, 1, includesLower: false, includesUpper: false, isSingle: true)
            single(level, range, "\(pointer)/\(index)")
        }
    }

    /// Levels of quantiles: not too many, each between 0 and 1, none twice.
    private mutating func quantiles(_ levels: [Double], _ pointer: String) {
        if levels.count > ModelLimits.quantilesMax {
            fault(pointer, "\(levels.count) levels, at most \(ModelLimits.quantilesMax)")
        }
        for (index, level) in levels.prefix(ModelLimits.quantilesMax).enumerated() {
            if !(level > 0 && level < 1) {
                fault("\(pointer)/\(index)", "\(level) is not between 0 and 1")
            } else if let first = levels.firstIndex(of: level), first < index {
                fault("\(pointer)/\(index)", "\(level) is already at \(pointer)/\(first)")
            }
        }
    }

    private mutating func texts(_ texts: [String], countMax: Int, sizeBytesMax: Int, _ pointer: String) {
        if texts.count > countMax { fault(pointer, "\(texts.count) stop strings, at most \(countMax)") }
        for (index, text) in texts.prefix(countMax).enumerated() where !(1...sizeBytesMax ~= text.utf8.count) {
            fault("\(pointer)/\(index)", "a stop string has 1 to \(sizeBytesMax) bytes")
        }
    }
}
