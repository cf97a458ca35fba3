namespace ActorKube.Store.Hosting;

/// <summary>The journal's database cannot be used now; the message names it (never its password) and the cause.</summary>
/// <param name="message">One sentence.</param>
/// <param name="cause">What the database or the network said; null when they were not asked.</param>
public sealed class JournalUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
