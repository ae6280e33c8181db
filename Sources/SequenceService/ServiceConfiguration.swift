/// How the service is set up.
package struct ServiceConfiguration: Sendable {
    /// Directory of everything that is kept.
    package var dataDirectory: String
    /// Bounds of requests, jobs, models and memory.
    package var limits: ServiceLimits
    /// Threads of training's compute pool.
    package var trainingThreads: Int
    /// Added to the OS priority value of training threads, 0 to 19: prediction outranks training.
    package var trainingNiceness: Int32
    /// Threads of the prediction engine, at least 2.
    package var predictionThreads: Int

    /// Whether the data directory is served as it is, and nothing in it is changed.
    package var isReadOnly = false
    /// The file of the secrets of states; empty: `state-keys.json` in the data directory.
    package var stateKeysFile = ""

    /// The model that answers where a request of a protocol of endpoints names none; nil: the only one there is.
    package var defaultModel: ModelReference?
    /// What SageMaker's batch transforms ask for, as JSON; empty: the defaults of DeepAR.
    package var deepARConfiguration = ""
    /// The container is one of a batch transform of SageMaker: every invocation is in lines, whatever its type says.
    package var takesLinesOnly = false

    /// A set-up; priorities and limits have defaults.
    package init(
        dataDirectory: String, limits: ServiceLimits = ServiceLimits(), trainingThreads: Int,
        trainingNiceness: Int32 = 10,
        predictionThreads: Int
    ) {
        self.dataDirectory = dataDirectory
        self.limits = limits
        self.trainingThreads = trainingThreads
        self.trainingNiceness = trainingNiceness
        self.predictionThreads = predictionThreads
    }
}
