extension SettingsRequest {
    /// The settings with those filled in that decide the parent's shape, and its dropout where the request is silent.
    /// - Throws: every setting that asks for another shape.
    func inheriting(_ parent: ParentModel?) throws(Faults) -> SettingsRequest {
        guard let parent else { return self }
        var result = self
        var checks = SettingsChecks()
        checks.inherit(&result.values, parent.description.settings.values, SettingsOptions.members, of: parent.name)
        try checks.finish()
        return result
    }
}

extension SettingsChecks {
    /// - Parameters:
    ///   - own: what the request says; what the parent decides is put in.
    ///   - theirs: the settings of the parent.
    ///   - name: of the parent, as people read it.
    ///   - place: the pointer of the group.
    fileprivate mutating func inherit(
        _ own: inout OptionValues, _ theirs: OptionValues, _ members: [OptionMember], of name: String,
        at place: String = ""
    ) {
        for member in members {
            switch member {
            case .option(let row):
                let value = theirs[row] ?? row.initial
                let wanted = own[row]
                if row.inheritance == .free || row.inheritance == .unlessGiven && wanted != nil { continue }
                if let wanted, !wanted.isEqual(to: value) {
                    let has = "\(name) has \(value.map { Self.word($0) } ?? "none")"
                    let reason = row.inheritance == .shape ? ", and its weights fit nothing else" : ""
                    fault("\(place)/\(row.name)", "\(has)\(reason): leave it out")
                }
                own[row] = value
            case .group(let group):
                guard let inner = theirs[group: group.name] else { continue }
                var values = own[group: group.name] ?? OptionValues()
                inherit(&values, inner, group.members, of: name, at: "\(place)/\(group.name)")
                if own[group: group.name] != nil || !values.isEmpty { own[group: group.name] = values }
            }
        }
    }

    /// As a request spells it.
    private static func word(_ value: any OptionValue) -> String {
        (value as? any RawRepresentable).map { "\($0.rawValue)" } ?? "\(value)"
    }
}

extension ParentModel {
    /// Whether its weights are those of such a network.
    func fits(_ network: ModelNetwork) -> Bool { network.hasShape(of: description.network) }
}
