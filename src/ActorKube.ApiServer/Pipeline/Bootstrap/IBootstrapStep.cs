using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Pipeline.Bootstrap;

/// <summary>One thing that every cluster has. Running it again changes nothing.</summary>
internal interface IBootstrapStep
{
    /// <summary>Creates what is missing.</summary>
    Task RunAsync(IResourceClient client, CancellationToken cancel);
}
