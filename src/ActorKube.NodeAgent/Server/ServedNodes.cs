using System.Collections.Immutable;
using ActorKube.Api.Names;
using Microsoft.AspNetCore.Http;

namespace ActorKube.NodeAgent.Server;

/// <summary>
/// The nodes behind one HTTPS server, and which of them a request is for: the one that the host name says; else, of a node alone, that node; else the one whose pod the path names. The
/// API server addresses agents by the names of their nodes, and connects to the addresses in their Node objects.
/// </summary>
internal sealed class ServedNodes
{
    private State _state = new(ImmutableDictionary.Create<string, ServedNode>(StringComparer.OrdinalIgnoreCase), null);

    // The nodes and the first of them change together: a request that comes between sees both as they were, or both as they are.
    private sealed record State(ImmutableDictionary<string, ServedNode> Nodes, ServedNode? First);

    private State Now => Volatile.Read(ref _state);

    /// <summary>Adds a node.</summary>
    /// <exception cref="InvalidOperationException">There is one of that name.</exception>
    public void Add(ServedNode node) => Change(now => now.Nodes.ContainsKey(node.Name)
        ? throw new InvalidOperationException($"There is an agent for node {node.Name} in this process already.")
        : new State(now.Nodes.Add(node.Name, node), now.First ?? node));

    /// <summary>Takes a node away; another one that has its name by now stays.</summary>
    public void Remove(ServedNode node) => Change(now =>
    {
        if (!ReferenceEquals(now.Nodes.GetValueOrDefault(node.Name), node))
            return now;
        var rest = now.Nodes.Remove(node.Name);
        return new State(rest, ReferenceEquals(now.First, node) ? rest.Values.FirstOrDefault() : now.First);
    });

    /// <summary>The node of a TLS handshake; without a name, or with another one, any: all of a process have its addresses in their certificates.</summary>
    public ServedNode? OfHandshake(string? name) => name is not null && Now.Nodes.TryGetValue(name, out var node) ? node : Now.First;

    /// <summary>The node of a request, and whether the request says that it is this one; null when there are no nodes.</summary>
    public (ServedNode Node, bool IsMeant)? OfRequest(HttpRequest request)
    {
        var now = Now;
        return now.Nodes.TryGetValue(request.Host.Host, out var named) ? (named, true)
            : request.Path.Value?.Split('/') is ["", _, var ns, var pod, ..] && WithPod(now, new ObjectKey(ns, pod)) is { } host ? (host, true)
            : now.First is { } any ? (any, now.Nodes.Count == 1)
            : null;
    }

    private void Change(Func<State, State> change)
    {
        State before;
        do
            before = Now;
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _state, change(before), before), before));
    }

    private static ServedNode? WithPod(State now, ObjectKey pod) => now.Nodes.Values.FirstOrDefault(n => n.Board.Find(pod) is not null);
}
