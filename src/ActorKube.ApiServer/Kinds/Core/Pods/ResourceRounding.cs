using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Amounts of resources are kept in thousandths; what is finer is rounded up (upstream: <c>SetDefaults_ResourceList</c>).</summary>
internal static class ResourceRounding
{
    /// <summary>Rounds requests and limits.</summary>
    public static void Apply(JsonObject? resources)
    {
        if (resources is null || resources.Count == 0)
            return;
        ApplyTo(resources.Object("requests"));
        ApplyTo(resources.Object("limits"));
    }

    /// <summary>Rounds the amounts of a list.</summary>
    public static void ApplyTo(JsonObject? list)
    {
        if (list is null)
            return;
        for (var i = 0; i < list.Count; i++)
            if (list.GetAt(i).Value is { } value && value.Text() is { } text && MayBeFiner(text) && Quantity.TryParse(text, out var amount)
                && amount != Quantity.FromMillis(amount.MilliValue))
                list.SetAt(i, JsonValue.Create(Quantity.FromMillis(amount.MilliValue, amount.Format).ToString()));
    }

    // Nearly all amounts are whole numbers with a common suffix; those need not be read.
    private static bool MayBeFiner(string text) => text.AsSpan().ContainsAny("nueE.");
}
