namespace ActorKube.Controllers.Shell;

/// <summary>What is worth remembering after a key has been worked on.</summary>
/// <param name="Decision">For the decision log; null when nothing was done.</param>
/// <param name="Requeue">When the key comes again by itself; null when it does not.</param>
/// <param name="Memory">What the reconciler wants remembered of the key; null when that has not changed.</param>
internal sealed record Finished(Decision? Decision, PendingRequeue? Requeue, string? Memory);
