package import JSON
package import SequenceModels
package import Tables

/// What a job's `settings` column holds: what was asked, from which the plan is made again when the job runs, and
/// what came of it, which clients see.
package struct JobSettings: Sendable {
    /// As the client sent them.
    package let requested: SettingsRequest
    /// `EffectiveSettings` as JSON.
    package let effective: JSONValue
    /// The version it continues, `airline@3`; nil for a fresh start.
    package let from: String?
    /// Of the columns of the table that the data was; nil where it was none.
    package let roles: RoleNames?
    /// The failed or cancelled job that it tries again.
    package let retryOf: String?

    /// - Throws: when the plan's settings cannot be written as JSON.
    package init(
        requested: SettingsRequest, plan: TrainingPlan, from: String?, roles: RoleNames? = nil, retryOf: String? = nil
    ) throws {
        self.retryOf = retryOf
        self.requested = requested
        self.from = from
        self.roles = roles
        effective = try CodableJSON.value(of: plan.settings)
    }

    /// JSON for the column.
    package func text() throws -> String {
        var members: JSONObject = ["requested": try CodableJSON.value(of: requested), "effective": effective]
        if let from { members.append("from", .string(from)) }
        if let roles { members.append("roles", roles.json) }
        if let retryOf { members.append("retry_of", .string(retryOf)) }
        return JSONValue.object(members).text
    }

    /// Reads the column.
    ///
    /// - Throws: `JSONError`, or `ServiceError.damaged` if a part is missing.
    package init(text: String) throws {
        let json = try JSONParser.parse(text)
        guard let requested = json["requested"], let effective = json["effective"] else {
            throw ServiceError.damaged("a job's settings lack a part")
        }
        self.requested = try CodableJSON.decode(SettingsRequest.self, from: requested)
        self.effective = effective
        from = json["from"]?.asString
        roles = RoleNames(json["roles"])
        retryOf = json["retry_of"]?.asString
    }
}
