using System.Text.Json.Nodes;
using ActorKube.Api.Quantities;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>What one metric asks for.</summary>
/// <param name="Replicas">The number of replicas.</param>
/// <param name="Name">The metric as upstream's messages name it.</param>
/// <param name="Status">Its entry of <c>status.currentMetrics</c>.</param>
internal sealed record MetricProposal(int Replicas, string Name, JsonObject Status);

/// <summary>Why a metric asks for nothing.</summary>
/// <param name="Reason">Reason of the condition and the event.</param>
/// <param name="Message">Of the event.</param>
/// <param name="Error">The same with what it was about, for the summary.</param>
internal sealed record MetricRefusal(string Reason, string Message, string Error);

/// <summary>Evaluates one metric after the other, with upstream's names and failures (<c>computeReplicasForMetric</c> and what it calls).</summary>
internal sealed class MetricEvaluator(MetricSource source, ReplicaCalculator calculator, int statusReplicas, string ns)
{
    /// <summary>What a metric asks for, or why it asks for nothing.</summary>
    public (MetricProposal? Proposal, MetricRefusal? Refusal) Evaluate(MetricSpec metric) => metric.Type switch
    {
        "Resource" => Resource(metric, "FailedGetResourceMetric", $"failed to get {metric.Name} resource metric value", ""),
        "ContainerResource" => Resource(metric, "FailedGetContainerResourceMetric", $"failed to get {metric.Container} container metric value", "container "),
        "Pods" => Pods(metric),
        "Object" => Object(metric),
        "External" => External(metric),
        _ => (null, new MetricRefusal("InvalidMetricSourceType", $"unknown metric source type \"{metric.Type}\"", $"unknown metric source type \"{metric.Type}\"")),
    };

    private (MetricProposal?, MetricRefusal?) Resource(MetricSpec metric, string reason, string about, string kind)
    {
        if (metric is { AverageValue: null, Utilization: null })
        {
            const string Nothing = "invalid resource metric source: neither an average utilization target nor an average value (usage) target was set";
            return (null, new MetricRefusal(reason, Nothing, $"{about}: {Nothing}"));
        }
        try
        {
            var proposal = metric.AverageValue is { } average
                ? calculator.ByAverage(Samples(metric), metric.Name, average)
                : calculator.ByUtilization(Samples(metric), metric.Name, metric.Container, Totals.Fit(metric.Utilization!.Value));
            var current = new JsonObject();
            if (proposal.Utilization is { } utilization)
                current["averageUtilization"] = utilization;
            current["averageValue"] = Quantity.FromMillis(proposal.Amount, metric.Name == "memory" ? QuantityFormat.BinarySI : QuantityFormat.DecimalSI).ToString();
            var status = new JsonObject { ["name"] = metric.Name };
            if (metric.Container.Length > 0)
                status["container"] = metric.Container;
            status["current"] = current;
            return Ok(metric, proposal, metric.AverageValue is null ? $"{metric.Name} {kind}resource utilization (percentage of request)" : $"{metric.Name} resource", status);
        }
        catch (MetricFailure failure)
        {
            var message = $"failed to get {metric.Name} {(metric.AverageValue is null ? "utilization" : "usage")}: {failure.Message}";
            return (null, new MetricRefusal(reason, message, $"{about}: {message}"));
        }
    }

    private Dictionary<string, PodSample> Samples(MetricSpec metric) =>
        Explained($"unable to get metrics for resource {metric.Name}: ", () => PodSamples.OfResource(source.Answer(metric), metric.Name, metric.Container));

    private (MetricProposal?, MetricRefusal?) Pods(MetricSpec metric)
    {
        try
        {
            RequireSeries(metric);
            var samples = Explained($"unable to get metric {metric.Name}: ", () => PodSamples.OfValues(source.Answer(metric), "custom"));
            var proposal = calculator.ByAverage(samples, "", metric.AverageValue ?? 0);
            return Ok(metric, proposal, $"pods metric {metric.Name}", Identified(metric, "averageValue", proposal.Amount));
        }
        catch (MetricFailure failure)
        {
            return (null, new MetricRefusal("FailedGetPodsMetric", failure.Message, $"failed to get pods metric value: {failure.Message}"));
        }
    }

    private (MetricProposal?, MetricRefusal?) Object(MetricSpec metric)
    {
        const string Reason = "FailedGetObjectMetric";
        const string About = "failed to get object metric value: ";
        var isWhole = metric is { TargetType: "Value", Value: not null };
        if (!isWhole && metric is not { TargetType: "AverageValue", AverageValue: not null })
        {
            const string Nothing = "invalid object metric source: neither a value target nor an average value target was set";
            return (null, new MetricRefusal(Reason, Nothing, About + Nothing));
        }
        try
        {
            RequireSeries(metric);
            var (kind, name) = (metric.DescribedObject.Text("kind"), metric.DescribedObject.Text("name"));
            // The order of what the sentence is filled with is upstream's.
            var amount = Explained($"unable to get metric {metric.Name}: {kind} on {ns} {name}/", () => PodSamples.OfValues(source.Answer(metric), "custom")).Values.First().Value;
            if (isWhole)
            {
                var whole = calculator.ByValue(amount, metric.Value!.Value);
                return Ok(metric, whole, $"{kind} metric {metric.Name}", Identified(metric, "value", whole.Amount));
            }
            var shared = calculator.ByShare(amount, metric.AverageValue!.Value, statusReplicas);
            return Ok(metric, shared, $"external metric {metric.Name}({Selector(metric)})", Identified(metric, "averageValue", shared.Amount));
        }
        catch (MetricFailure failure)
        {
            return (null, new MetricRefusal(Reason, failure.Message, About + (!isWhole ? $"failed to get {metric.Name} object metric: " : "") + failure.Message));
        }
    }

    private (MetricProposal?, MetricRefusal?) External(MetricSpec metric)
    {
        const string Reason = "FailedGetExternalMetric";
        var about = $"failed to get {metric.Name} external metric value: ";
        if (metric is { Value: null, AverageValue: null })
        {
            const string Nothing = "invalid external metric source: neither a value target nor an average value target was set";
            return (null, new MetricRefusal(Reason, Nothing, about + Nothing));
        }
        try
        {
            RequireSeries(metric);
            var amount = Explained($"unable to get external metric {ns}/{metric.Name}/{Selector(metric)}: ", () => PodSamples.OfValues(source.Answer(metric), "external")).Values.Select(static s => s.Value).Total();
            var proposal = metric.AverageValue is { } average ? calculator.ByShare(amount, average, statusReplicas) : calculator.ByValue(amount, metric.Value!.Value);
            return Ok(metric, proposal, $"external metric {metric.Name}({Selector(metric)})", Identified(metric, metric.AverageValue is null ? "value" : "averageValue", proposal.Amount));
        }
        catch (MetricFailure failure)
        {
            var which = metric.AverageValue is null ? $"failed to get external metric {metric.Name}: " : $"failed to get {metric.Name} external metric: ";
            return (null, new MetricRefusal(Reason, failure.Message, about + which + failure.Message));
        }
    }

    private static void RequireSeries(MetricSpec metric)
    {
        if (metric.SeriesFault is { } fault)
            throw new MetricFailure(fault);
    }

    private static (MetricProposal?, MetricRefusal?) Ok(MetricSpec metric, ReplicaProposal proposal, string name, JsonObject status) =>
        (new MetricProposal(proposal.Replicas, name, new JsonObject { ["type"] = metric.Type, [metric.Source] = status }), null);

    private static JsonObject Identified(MetricSpec metric, string field, long amount)
    {
        var status = new JsonObject { ["metric"] = metric.Metric?.DeepClone(), ["current"] = new JsonObject { [field] = Text(amount) } };
        if (metric.DescribedObject is { } described)
            status["describedObject"] = described.DeepClone();
        return status;
    }

    private static string Selector(MetricSpec metric) => SelectorText.Of(metric.Metric.At("selector"));

    private static string Text(long millis) => Quantity.FromMillis(millis).ToString();

    private static T Explained<T>(string about, Func<T> get)
    {
        try
        {
            return get();
        }
        catch (MetricFailure failure)
        {
            throw new MetricFailure(about + failure.Message);
        }
    }
}
