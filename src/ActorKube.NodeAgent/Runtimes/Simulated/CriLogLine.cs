using System.Globalization;
using System.Text;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>One line of a container log as CRI runtimes write it: <c>2026-01-02T03:04:05.000000006Z stdout F text</c>.</summary>
internal static class CriLogLine
{
    public static byte[] Format(DateTimeOffset time, string stream, string text) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffff}00Z {stream} F {text}\n"));
}
