import SequenceModels

/// Tests that forecast with what they have trained.
protocol ForecastSuite {}

extension ForecastSuite {
    func forecast(_ model: SequenceModel, _ values: [Double], channels: Int = 1, horizon: Int? = nil) throws
        -> ForecastPrediction
    {
        var request = PredictionRequest()
        request.sequence = .numeric(NumericSeries(values: values, channels: channels))
        request.horizon = horizon
        guard let answer = try model.predict(request) as? ForecastPrediction else { throw NotFinished() }
        return answer
    }

    func model(_ trained: TrainedModel) throws -> SequenceModel {
        try SequenceModel(description: trained.description, tensors: trained.tensors)
    }
}
