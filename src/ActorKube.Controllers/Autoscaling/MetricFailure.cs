namespace ActorKube.Controllers.Autoscaling;

/// <summary>A metric gives no number of replicas; the message says why, in upstream's words. Thrown and caught within one decision.</summary>
internal sealed class MetricFailure(string message) : Exception(message);
