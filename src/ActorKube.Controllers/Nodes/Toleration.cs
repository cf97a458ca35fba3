using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Nodes;

/// <summary>One entry of a pod's <c>spec.tolerations</c>.</summary>
/// <param name="Key">Key of the taints it is about; empty for all, with operator Exists.</param>
/// <param name="Operator"><c>Equal</c> (default) or <c>Exists</c>; <c>Lt</c> and <c>Gt</c> compare whole numbers. Any other tolerates nothing.</param>
/// <param name="Value">Value compared with the taint's.</param>
/// <param name="Effect">Effect it is about; empty for all.</param>
/// <param name="Seconds">How long it lasts for NoExecute; null for ever.</param>
internal sealed record Toleration(string Key, string Operator, string Value, string Effect, long? Seconds)
{
    public static Toleration Read(JsonNode json) =>
        new(json.Text("key"), json.Text("operator"), json.Text("value"), json.Text("effect"), json.Number("tolerationSeconds"));

    public bool Tolerates(Taint taint) =>
        (Effect.Length == 0 || Effect == taint.Effect)
        && (Key.Length == 0 || Key == taint.Key)
        && Operator switch
        {
            "Exists" => true,
            "" or "Equal" => Value == taint.Value,
            "Lt" => long.TryParse(taint.Value, out var actual) && long.TryParse(Value, out var bound) && actual < bound,
            "Gt" => long.TryParse(taint.Value, out var actual) && long.TryParse(Value, out var bound) && actual > bound,
            _ => false,
        };
}
