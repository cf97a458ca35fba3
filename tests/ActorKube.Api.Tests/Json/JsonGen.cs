using System.Text.Json.Nodes;
using CsCheck;

namespace ActorKube.Api.Tests.Json;

/// <summary>Random JSON, as text so that failures print readably.</summary>
internal static class JsonGen
{
    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.Const("null"),
        Gen.Bool.Select(b => b ? "true" : "false"),
        Gen.Long.Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Gen.OneOf("0", "1.5", "1e3", "-0", "12345678901234567890123", "0.1000"),
        Gen.String[Gen.Char["ab\"\\/é€ \n<>&\u2028"], 0, 6].Select(s => JsonValue.Create(s).ToJsonString()));

    private static readonly Gen<string> Name = Gen.OneOf("a", "b", "c", "name", "x/y", "~z", "").Select(s => JsonValue.Create(s).ToJsonString());

    /// <summary>Any value nested up to <paramref name="depth"/>.</summary>
    public static Gen<string> Value(int depth = 3) => depth == 0 ? Scalar : Gen.Frequency((2, Scalar), (2, Object(depth)), (1, List(depth)));

    /// <summary>An object without duplicated fields.</summary>
    public static Gen<string> Object(int depth = 3) =>
        Gen.Select(Name, Value(depth - 1)).List[0, 4].Select(fields => $"{{{string.Join(',', fields.DistinctBy(f => f.Item1).Select(f => $"{f.Item1}:{f.Item2}"))}}}");

    private static Gen<string> List(int depth) => Value(depth - 1).List[0, 4].Select(items => $"[{string.Join(',', items)}]");

    /// <summary>Valid JSON in which some bytes were changed, removed or doubled.</summary>
    public static Gen<byte[]> Damaged(Gen<string> valid) =>
        Gen.Select(valid, Gen.Select(Gen.Int[0, 200], Gen.Byte, Gen.Int[0, 2]).Array[0, 4]).Select((text, edits) =>
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(text).ToList();
            foreach (var (at, value, kind) in edits)
            {
                if (bytes.Count == 0)
                    break;
                var place = at % bytes.Count;
                switch (kind)
                {
                    case 0: bytes[place] = value; break;
                    case 1: bytes.RemoveAt(place); break;
                    default: bytes.Insert(place, bytes[place]); break;
                }
            }
            return bytes.ToArray();
        });
}
