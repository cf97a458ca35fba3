using System.Collections.Concurrent;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Admission;

/// <summary>The plug-ins in their order. Which of them a kind of request concerns is found out once.</summary>
internal sealed class AdmissionChain
{
    private readonly IAdmissionPlugin[] _plugins;
    private readonly ConcurrentDictionary<(AdmissionOperation, ServedResource, string), IAdmissionPlugin[]> _concerned = new();

    /// <summary>Takes the plug-ins in the order in which they run.</summary>
    /// <exception cref="ArgumentException">A name stands twice.</exception>
    public AdmissionChain(IEnumerable<IAdmissionPlugin> plugins)
    {
        _plugins = [.. plugins];
        var twice = _plugins.GroupBy(static p => p.Name).FirstOrDefault(static g => g.Count() > 1);
        if (twice is not null)
            throw new ArgumentException($"Admission plug-in {twice.Key} is registered twice.", nameof(plugins));
    }

    /// <summary>Whether any plug-in cares for such requests.</summary>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) => Concerned(operation, served, subresource).Length > 0;

    /// <summary>Lets the plug-ins change the object.</summary>
    /// <returns>True when one of them did.</returns>
    public ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var concerned = Concerned(request.Operation, request.Served, request.Subresource);
        return concerned.Length == 0 ? ValueTask.FromResult(false) : RunAsync(concerned, request, cancel);
    }

    /// <summary>Lets the plug-ins check what has become of the request.</summary>
    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        foreach (var plugin in Concerned(request.Operation, request.Served, request.Subresource))
            await plugin.ValidateAsync(request, cancel);
    }

    private static async ValueTask<bool> RunAsync(IAdmissionPlugin[] concerned, AdmissionRequest request, CancellationToken cancel)
    {
        var changed = false;
        foreach (var plugin in concerned)
            changed |= await plugin.MutateAsync(request, cancel);
        return changed;
    }

    private IAdmissionPlugin[] Concerned(AdmissionOperation operation, ServedResource served, string subresource) =>
        _concerned.TryGetValue((operation, served, subresource), out var known)
            ? known
            : _concerned.GetOrAdd((operation, served, subresource), key => [.. _plugins.Where(p => p.Handles(key.Item1, key.Item2, key.Item3))]);
}
