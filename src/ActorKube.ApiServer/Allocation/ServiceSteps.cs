using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Allocation;

/// <summary>Where the verbs meet the allocator: for services, and for nothing else.</summary>
internal static class ServiceSteps
{
    /// <summary>Allocates for a service; null for every other kind.</summary>
    public static async ValueTask<IServiceAllocation?> AllocateAsync(
        PipelineServices services, string workspace, ServedResource served, JsonObject obj, JsonObject? old, bool dryRun, CancellationToken cancel) =>
        IsService(served) ? await services.ServiceAddresses.AllocateAsync(workspace, obj, old, dryRun, cancel) : null;

    /// <summary>Gives back what a removed service had.</summary>
    public static ValueTask ReleaseAsync(PipelineServices services, string workspace, ServedResource served, StoredObject removed, CancellationToken cancel) =>
        IsService(served) ? services.ServiceAddresses.ReleaseAsync(workspace, removed, cancel) : ValueTask.CompletedTask;

    private static bool IsService(ServedResource served) => served.Storage is { Group: "", Plural: "services" };
}
