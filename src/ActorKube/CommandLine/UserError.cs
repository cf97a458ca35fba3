namespace ActorKube.CommandLine;

/// <summary>A mistake that the user can mend: shown as one sentence on standard error, with exit code 1 and without a stack trace.</summary>
internal sealed class UserError(string sentence) : Exception(sentence);
