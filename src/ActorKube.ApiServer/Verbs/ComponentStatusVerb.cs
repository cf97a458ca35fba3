using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Components;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Get and list of the control plane's parts: each is looked at when somebody asks, all of them at once (ADR 0155).</summary>
internal sealed class ComponentStatusVerb(PipelineServices services)
{
    private static readonly ListEnd NoMore = new(null, null);

    // As upstream's probes, but for those that people wait for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Carries out a get.</summary>
    public async ValueTask<ApiResponse> GetAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        var probe = services.Components.FirstOrDefault(c => c.Name == request.Name) ?? throw ApiErrors.NotFound(served.GroupResource, request.Name);
        return new ObjectResponse(await LookAsync(probe, cancel));
    }

    /// <summary>Carries out a list; nothing has labels, and the name is the only field.</summary>
    public async ValueTask<ApiResponse> ListAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        _ = ReadQuery.List(request.Query);
        var selection = Selection.Of(request, served);
        var statuses = await Task.WhenAll(services.Components.OrderBy(static c => c.Name, StringComparer.Ordinal).Select(c => LookAsync(c, cancel)));
        return new ListResponse(served.Facts.ListKind, statuses.Where(selection.Filter.Matches), 0) { End = static () => NoMore };
    }

    private async Task<StoredObject> LookAsync(ComponentProbe probe, CancellationToken cancel) => ComponentDocuments.Of(probe.Name, await CheckAsync(probe, cancel));

    private async Task<ComponentHealth> CheckAsync(ComponentProbe probe, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(Patience, services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return await probe.CheckAsync(either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return ComponentHealth.Unknown($"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            // One that cannot be asked says nothing about the others.
            return ComponentHealth.Unknown(failure.Message);
        }
    }
}
