using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core.Limits;

/// <summary>LimitRange: bounds and defaults for single objects of a namespace (upstream: <c>pkg/registry/core/limitrange</c>).</summary>
internal sealed class LimitRangeStrategy() : KindStrategy(Namespaced("v1", "LimitRange", "limitranges", "limits"))
{
    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override bool NamesTheNameless => true;

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        foreach (var limit in obj.Object("spec").Objects("limits"))
        {
            foreach (var list in (ReadOnlySpan<string>)["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"])
                ResourceRounding.ApplyTo(limit.Object(list));
            if (limit.Text("type") != "Container")
                continue;
            Fill(limit, "default", "max");
            Fill(limit, "defaultRequest", "default");
            Fill(limit, "defaultRequest", "min");
        }
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => LimitRules.Check(obj.Object("spec"), errors);

    private static void Fill(JsonObject limit, string list, string source)
    {
        foreach (var (name, amount) in limit.Object(source) ?? [])
            if (limit.Object(list)?.ContainsKey(name) != true)
                limit.ObjectOrNew(list)[name] = amount?.DeepClone();
    }
}
