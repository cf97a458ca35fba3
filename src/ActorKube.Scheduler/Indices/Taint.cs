using System.Text.Json;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>What a taint does.</summary>
internal enum TaintEffect : byte
{
    /// <summary>None is said. Of tolerations: every effect. Of taints: none.</summary>
    Any,
    /// <summary>Pods that do not tolerate it are not scheduled here.</summary>
    NoSchedule,
    /// <summary>They are scheduled here only when there is no better place.</summary>
    PreferNoSchedule,
    /// <summary>They are not scheduled here, and evicted.</summary>
    NoExecute,
    /// <summary>One that this scheduler does not know: it repels nobody, and is no effect of those that it knows.</summary>
    Unknown,
}

/// <summary>A mark on a node that repels pods.</summary>
internal readonly record struct Taint(string Key, string Value, TaintEffect Effect)
{
    /// <summary>The taint that a cordoned node counts as having.</summary>
    public static readonly Taint Unschedulable = new("node.kubernetes.io/unschedulable", "", TaintEffect.NoSchedule);

    /// <summary>Whether it keeps pods away altogether.</summary>
    public bool IsHard => Effect is TaintEffect.NoSchedule or TaintEffect.NoExecute;

    /// <summary>Reads a list of taints, the property's value.</summary>
    public static Taint[] ReadAll(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return [];
        List<Taint>? taints = null;
        while (reader.NextObject())
        {
            string key = "", value = "";
            var effect = TaintEffect.Any;
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("key"u8)) key = reader.Text();
                else if (reader.ValueTextEquals("value"u8)) value = reader.Text();
                else if (reader.ValueTextEquals("effect"u8)) effect = EffectOf(ref reader);
                else reader.Pass();
            }
            (taints ??= []).Add(new Taint(key, value, effect));
        }
        return taints is null ? [] : [.. taints];
    }

    internal static TaintEffect EffectOf(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType != JsonTokenType.String ? TaintEffect.Any
            : reader.ValueTextEquals("NoSchedule"u8) ? TaintEffect.NoSchedule
            : reader.ValueTextEquals("PreferNoSchedule"u8) ? TaintEffect.PreferNoSchedule
            : reader.ValueTextEquals("NoExecute"u8) ? TaintEffect.NoExecute
            : reader.ValueTextEquals(""u8) ? TaintEffect.Any
            : TaintEffect.Unknown;
    }
}

/// <summary>A pod's willingness to bear taints.</summary>
/// <param name="Key">Key of the taints; empty (with <paramref name="Exists"/>) for all.</param>
/// <param name="Exists">True when any value will do (<c>operator: Exists</c>).</param>
/// <param name="Value">The value borne.</param>
/// <param name="Effect">The effect borne.</param>
internal readonly record struct Toleration(string Key, bool Exists, string Value, TaintEffect Effect)
{
    /// <summary>Whether it bears a taint (upstream: <c>Toleration.ToleratesTaint</c>).</summary>
    public bool Tolerates(in Taint taint) =>
        (Effect == TaintEffect.Any || Effect == taint.Effect)
        && (Key.Length == 0 || Key == taint.Key)
        && (Exists || Value == taint.Value);

    /// <summary>Reads a list of tolerations, the property's value. Those with an operator unknown here tolerate nothing.</summary>
    public static Toleration[] ReadAll(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return [];
        List<Toleration>? tolerations = null;
        while (reader.NextObject())
        {
            string key = "", value = "", op = "";
            var effect = TaintEffect.Any;
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("key"u8)) key = reader.Text();
                else if (reader.ValueTextEquals("value"u8)) value = reader.Text();
                else if (reader.ValueTextEquals("operator"u8)) op = reader.Text();
                else if (reader.ValueTextEquals("effect"u8)) effect = Taint.EffectOf(ref reader);
                else reader.Pass();
            }
            if (op is "" or "Equal" or "Exists")
                (tolerations ??= []).Add(new Toleration(key, op == "Exists", value, effect));
        }
        return tolerations is null ? [] : [.. tolerations];
    }
}
