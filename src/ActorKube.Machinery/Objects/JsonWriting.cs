using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorKube.Machinery.Objects;

/// <summary>How components write JSON.</summary>
public static class JsonWriting
{
    /// <summary>Compact, with only the escapes that JSON needs; validation is left to the tests.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A time as <c>metav1.Time</c>: whole seconds, UTC.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
