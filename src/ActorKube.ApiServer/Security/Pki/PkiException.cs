namespace ActorKube.ApiServer.Security.Pki;

/// <summary>Keys, certificates or credentials that cannot be used. The message is one sentence for whoever starts the process and names the file.</summary>
public sealed class PkiException(string message, Exception? inner = null) : Exception(message, inner);
