using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Components;
using ActorKube.ApiServer.Trail;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Usage;
using ActorKube.ApiServer.Verbs;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>What the pipeline is made of.</summary>
internal sealed record PipelineServices
{
    /// <summary>The only way to data.</summary>
    public required IResourceStore Store { get; init; }

    /// <summary>What is served.</summary>
    public required KindRegistry Kinds { get; init; }

    /// <summary>Who may do what.</summary>
    public required IAuthorizer Authorizer { get; init; }

    /// <summary>What bodies look like.</summary>
    public required KindSchemas Schemas { get; init; }

    /// <summary>Plugins that change or refuse writes, in order.</summary>
    public required AdmissionChain Admission { get; init; }

    /// <summary>Gives addresses and ports to services.</summary>
    public required IServiceAllocator ServiceAddresses { get; init; }

    /// <summary>Makes service account tokens.</summary>
    public required ITokenIssuer Tokens { get; init; }

    /// <summary>Answers authentication and authorization reviews.</summary>
    public required IReviewer Reviews { get; init; }

    /// <summary>What nodes and pods use.</summary>
    public required UsageBoard Usage { get; init; }

    /// <summary>Keeps who changed what; null where nobody asks for it.</summary>
    public ChangeTrail? Changes { get; init; }

    /// <summary>The parts of the control plane whose state is shown.</summary>
    public IReadOnlyList<ComponentProbe> Components { get; init; } = [];

    /// <summary>Uids, name suffixes and jitter.</summary>
    public required IIdentitySource Identities { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Settings.</summary>
    public PipelineOptions Options { get; init; } = new();
}

/// <summary>What operators can choose about the pipeline (<c>actorkube.api-server.pipeline</c>).</summary>
internal sealed record PipelineOptions
{
    /// <summary>A watch without a time limit of its own lasts between this and twice this.</summary>
    public TimeSpan MinimumWatch { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How often a patch that names no resource version is retried when another writer was faster.</summary>
    public int PatchAttempts { get; init; } = 5;

    /// <summary>How many objects one message of a collection's deletion carries.</summary>
    public int DeleteBatch { get; init; } = 500;
}
