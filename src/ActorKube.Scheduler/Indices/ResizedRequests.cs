using System.Text.Json;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>
/// What a pod counts for whose spec was changed (upstream: <c>PodRequests</c> with <c>UseStatusResources</c>). Until its node has carried a resize out, or if it does not, containers have what they had: a pod counts for the most
/// of what its spec asks for, what was allocated and what is in force; once the node has said that it will not resize, for the latter two.
/// <para>Worked example: 3 CPU were given, the spec was lowered to 1, the node refuses: 3.</para>
/// </summary>
internal sealed class ResizedRequests
{
    private readonly List<Container> _containers = [];
    private readonly Dictionary<string, (ResourceAmounts? Allocated, ResourceAmounts? InForce)> _given = [];

    /// <summary>Whether the node has said that it will not resize.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Adds the next container of the spec.</summary>
    public void Add(string name, bool isInit, bool isSidecar, ResourceAmounts asked) => _containers.Add(new Container(name, isInit, isSidecar, asked));

    /// <summary>Reads statuses of containers, the property's value.</summary>
    public void ReadStatuses(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextObject())
        {
            var name = "";
            ResourceAmounts? allocated = null, inForce = null;
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("name"u8)) name = reader.Text();
                else if (reader.ValueTextEquals("allocatedResources"u8)) allocated = ResourceAmounts.Read(ref reader);
                else if (reader.ValueTextEquals("resources"u8)) inForce = RequestSum.ReadRequests(ref reader);
                else reader.Pass();
            }
            _given.TryAdd(name, (allocated, inForce));
        }
    }

    /// <summary>The sums that count; the largest amount of any of them does.</summary>
    /// <param name="asked">What the spec asks for.</param>
    public RequestSum[] Sums(RequestSum asked)
    {
        if (_given.Count == 0)
            return [asked];
        var allocated = Sum(asked, c => _given.GetValueOrDefault(c.Name).Allocated);
        var inForce = Sum(asked, c => _given.GetValueOrDefault(c.Name) is var (given, actual) ? actual ?? given : null);
        return IsRefused ? [allocated, inForce] : [asked, allocated, inForce];
    }

    private RequestSum Sum(RequestSum asked, Func<Container, ResourceAmounts?> given)
    {
        var sum = new RequestSum { Overhead = asked.Overhead, PodLevel = asked.PodLevel };
        foreach (var container in _containers)
        {
            var amounts = given(container) ?? (IsRefused ? ResourceAmounts.None : container.Asked);
            if (container.IsInit)
                sum.AddInitContainer(amounts, container.IsSidecar);
            else
                sum.AddContainer(amounts);
        }
        return sum;
    }

    private readonly record struct Container(string Name, bool IsInit, bool IsSidecar, ResourceAmounts Asked);
}
