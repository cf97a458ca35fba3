using System.Collections.Concurrent;
using ActorKube.Api.Names;
using Microsoft.AspNetCore.Http;

namespace ActorKube.NodeAgent.Server;

/// <summary>
/// The nodes behind one HTTPS server, and which of them a request is for: the one that the host name says; else, of a node alone, that node; else the one whose pod the path names. The
/// API server addresses agents by the names of their nodes, and connects to the addresses in their Node objects.
/// </summary>
internal sealed class ServedNodes
{
    private readonly ConcurrentDictionary<string, ServedNode> _nodes = new(StringComparer.OrdinalIgnoreCase);
    private ServedNode? _first;

    /// <summary>Adds a node.</summary>
    /// <exception cref="InvalidOperationException">There is one of that name.</exception>
    public void Add(ServedNode node)
    {
        if (!_nodes.TryAdd(node.Name, node))
            throw new InvalidOperationException($"There is an agent for node {node.Name} in this process already.");
        Interlocked.CompareExchange(ref _first, node, null);
    }

    /// <summary>Takes a node away.</summary>
    public void Remove(ServedNode node)
    {
        _nodes.TryRemove(KeyValuePair.Create(node.Name, node));
        if (ReferenceEquals(_first, node))
            _first = _nodes.Values.FirstOrDefault();
    }

    /// <summary>The node of a TLS handshake; without a name, or with another one, any: all of a process have its addresses in their certificates.</summary>
    public ServedNode? OfHandshake(string? name) => name is not null && _nodes.TryGetValue(name, out var node) ? node : _first;

    /// <summary>The node of a request, and whether the request says that it is this one; null when there are no nodes.</summary>
    public (ServedNode Node, bool IsMeant)? OfRequest(HttpRequest request) =>
        _nodes.TryGetValue(request.Host.Host, out var named) ? (named, true)
        : request.Path.Value?.Split('/') is ["", _, var ns, var pod, ..] && WithPod(new ObjectKey(ns, pod)) is { } host ? (host, true)
        : _first is { } any ? (any, _nodes.Count == 1)
        : null;

    private ServedNode? WithPod(ObjectKey pod) => _nodes.Values.FirstOrDefault(n => n.Board.Find(pod) is not null);
}
