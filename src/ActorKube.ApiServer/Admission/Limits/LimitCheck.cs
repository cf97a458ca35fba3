using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Pods;
using ActorKube.Api.Quantities;
using ActorKube.Api.Quotas;

namespace ActorKube.ApiServer.Admission.Limits;

/// <summary>Holds pods and claims against the bounds of a limit range, in upstream's words. What an update leaves as it was is not judged again. Pure.</summary>
internal sealed class LimitCheck
{
    private static readonly string[] ContainerLists = ["containers", "initContainers"];
    private static readonly Amounts Nothing = new();

    /// <summary>What is out of bounds.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Checks a pod: each container by itself, and all together.</summary>
    public void Pod(IEnumerable<JsonObject> limits, JsonObject pod, JsonObject? old)
    {
        foreach (var limit in limits)
            if (limit.Text("type") == "Container")
                foreach (var list in ContainerLists)
                    Containers(limit, pod.Object("spec").Objects(list), [.. old.Object("spec").Objects(list)]);
            else if (limit.Text("type") == "Pod")
                Check(limit, "Pod", Whole(pod), old is null ? null : Whole(old));
    }

    /// <summary>Checks a claim: only what it requests counts.</summary>
    public void Claim(IEnumerable<JsonObject> limits, JsonObject claim, JsonObject? old)
    {
        const string Type = "PersistentVolumeClaim";
        var asked = new Resources(Of(claim, "requests"), Nothing);
        var before = old is null ? null : new Resources(Of(old, "requests"), Nothing);
        foreach (var limit in limits)
        {
            if (limit.Text("type") != Type)
                continue;
            foreach (var (name, least) in Amounts.Read(limit.Object("min")))
                if (!IsKept(name))
                    AtLeast(Type, name, least, asked);
            foreach (var (name, most) in Amounts.Read(limit.Object("max")))
                if (!IsKept(name))
                    Fault(!asked.Requests.Has(name) ? $"maximum {name} usage per {Type} is {most}.  No request is specified"
                        : asked.Requests[name] > most ? $"maximum {name} usage per {Type} is {most}, but request is {asked.Requests[name]}" : null);
        }

        bool IsKept(string name) => asked.Requests.Has(name) && before?.Requests.Has(name) == true && asked.SameAs(before, name);

        static Amounts Of(JsonObject claim, string list) => Amounts.Read(claim.Object("spec").Object("resources").Object(list));
    }

    private void Containers(JsonObject limit, IEnumerable<JsonObject> containers, List<JsonObject> old)
    {
        foreach (var container in containers)
        {
            var before = old.Find(c => c.Text("name") == container.Text("name"));
            Check(limit, "Container", Of(container), before is null ? null : Of(before));
        }

        static Resources Of(JsonObject container) =>
            new(Amounts.Read(container.Object("resources").Object("requests")), Amounts.Read(container.Object("resources").Object("limits")));
    }

    // Pages count as the containers ask for them, whatever the pod as a whole says: only CPU and memory are overridden here.
    private static Resources Whole(JsonObject pod)
    {
        var spec = pod.Object("spec");
        return new(Sum(PodResourceSums.Requests(spec), "requests"), Sum(PodResourceSums.Limits(spec), "limits"));

        Amounts Sum(Dictionary<string, Quantity> sums, string list)
        {
            var own = Amounts.Read(spec.Object("resources").Object(list)).Where(static (name, _) => name is "cpu" or "memory");
            var amounts = new Amounts();
            foreach (var (name, amount) in sums)
                if (!own.Has(name))
                    amounts.Add(name, amount);
            amounts.Add(own);
            return amounts;
        }
    }

    private void Check(JsonObject limit, string type, Resources now, Resources? before)
    {
        foreach (var (name, least) in Amounts.Read(limit.Object("min")))
            if (!now.SameAs(before, name))
                AtLeast(type, name, least, now);
        foreach (var (name, most) in Amounts.Read(limit.Object("max")))
            if (!now.SameAs(before, name))
                AtMost(type, name, most, now);
        foreach (var (name, ratio) in Amounts.Read(limit.Object("maxLimitRequestRatio")))
            if (!now.SameAs(before, name))
                Ratio(type, name, ratio, now);
    }

    private void AtLeast(string type, string name, Quantity least, Resources now) => Fault(
        !now.Requests.Has(name) ? $"minimum {name} usage per {type} is {least}.  No request is specified"
        : now.Requests[name] < least ? $"minimum {name} usage per {type} is {least}, but request is {now.Requests[name]}"
        : now.Limits.Has(name) && now.Limits[name] < least ? $"minimum {name} usage per {type} is {least}, but limit is {now.Limits[name]}" : null);

    private void AtMost(string type, string name, Quantity most, Resources now) => Fault(
        !now.Limits.Has(name) ? $"maximum {name} usage per {type} is {most}.  No limit is specified"
        : now.Limits[name] > most ? $"maximum {name} usage per {type} is {most}, but limit is {now.Limits[name]}"
        : now.Requests[name] > most ? $"maximum {name} usage per {type} is {most}, but request is {now.Requests[name]}" : null);

    private void Ratio(string type, string name, Quantity ratio, Resources now)
    {
        var (request, limit) = (now.Requests[name], now.Limits[name]);
        var rule = $"{name} max limit to request ratio per {type} is {ratio}, but";
        Fault(request.IsZero ? $"{rule} no request is specified or request is 0"
            : limit.IsZero ? $"{rule} no limit is specified or limit is 0"
            : LimitRatio.Exceeds(limit, request, ratio) ? $"{rule} provided ratio is {LimitRatio.Text(limit, request)}" : null);
    }

    private void Fault(string? fault)
    {
        if (fault is not null)
            Faults.Add(fault);
    }

    private sealed record Resources(Amounts Requests, Amounts Limits)
    {
        public bool SameAs(Resources? other, string name) => other is not null && Same(Requests, other.Requests, name) && Same(Limits, other.Limits, name);

        private static bool Same(Amounts one, Amounts other, string name) => one.Has(name) == other.Has(name) && one[name] == other[name];
    }
}
