using System.Globalization;
using System.Text;
using ActorKube.Controllers.Shell;

namespace ActorKube.Controllers.Hosting;

/// <summary>What controllers have done in this process, in Prometheus' text format: queues under client-go's names, the rest under our own.</summary>
/// <param name="meters">The meter of each controller, by name.</param>
internal sealed class ControllerMetrics(IReadOnlyDictionary<string, ControllerMeter> meters)
{
    /// <summary>The text as it is now.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        Numbers(text, "workqueue_adds_total", "counter", "How often a key got in line.", static m => m.Queue.Adds);
        Numbers(text, "workqueue_depth", "gauge", "Keys in line.", static m => m.Queue.Depth);
        Numbers(text, "workqueue_retries_total", "counter", "How often a key was put off after a failure.", static m => m.Queue.Retries);
        Head(text, "workqueue_queue_duration_seconds", "histogram", "Time from getting in line to the turn.");
        foreach (var (name, meter) in meters)
            meter.Queue.Waits.Write(text, "workqueue_queue_duration_seconds", Label(name));
        Head(text, "workqueue_work_duration_seconds", "histogram", "Time of a turn, with the writes and reads that it waits for.");
        foreach (var (name, meter) in meters)
            meter.Queue.Turns.Write(text, "workqueue_work_duration_seconds", Label(name));
        Head(text, "actorkube_controller_turns_total", "counter", "Turns by what came of them: idle found nothing to do.");
        foreach (var (name, meter) in meters)
        {
            Line(text, "actorkube_controller_turns_total", $"{Label(name)},result=\"done\"", meter.Done);
            Line(text, "actorkube_controller_turns_total", $"{Label(name)},result=\"failed\"", meter.Failed);
            Line(text, "actorkube_controller_turns_total", $"{Label(name)},result=\"idle\"", meter.Idle);
        }
        Numbers(text, "actorkube_controller_busy_seconds_total", "counter", "Time spent on changes and decisions, the writes left out.", static m => m.Busy.TotalSeconds);
        return text.ToString();
    }

    private void Numbers(StringBuilder text, string metric, string type, string help, Func<ControllerMeter, double> value)
    {
        Head(text, metric, type, help);
        foreach (var (name, meter) in meters)
            Line(text, metric, Label(name), value(meter));
    }

    private static void Head(StringBuilder text, string metric, string type, string help) => text.Append($"# HELP {metric} {help}\n# TYPE {metric} {type}\n");

    private static void Line(StringBuilder text, string metric, string labels, double value) => text.Append(CultureInfo.InvariantCulture, $"{metric}{{{labels}}} {value}\n");

    private static string Label(string controller) => $"name=\"{controller}\"";
}
