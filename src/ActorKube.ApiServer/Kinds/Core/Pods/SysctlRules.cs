using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Kernel parameters of a pod (upstream: <c>validateSysctls</c>).</summary>
internal static class SysctlRules
{
    private const string Pattern = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";

    /// <summary>Checks <c>sysctls</c>.</summary>
    public static void Check(JsonObject context, JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var names = new HashSet<string>();
        foreach (var (i, sysctl) in context.Items("sysctls"))
        {
            var place = path.Index(i).Child("name");
            var name = FieldRules.Required(sysctl, "name", path.Index(i), errors) ?? "";
            if (name.Length > 0 && !IsSysctl(name))
                errors.Invalid(place, name, $"must have at most {DnsNames.MaxSubdomain} characters and match regex {Pattern}");
            else if (name.Length > 0 && names.Contains(name))
                errors.Duplicate(place, name);
            names.Add(name);
            var space = Namespace(Normal(name));
            if (spec.Bool("hostNetwork") == true && space == "net")
                errors.Invalid(place, name, "may not be specified when 'hostNetwork' is true");
            else if (spec.Bool("hostIPC") == true && space == "ipc")
                errors.Invalid(place, name, "may not be specified when 'hostIPC' is true");
        }
    }

    // With slashes between its parts, dots belong to names of devices.
    private static string Normal(string name)
    {
        var first = name.AsSpan().IndexOfAny('.', '/');
        return first >= 0 && name[first] == '/' ? string.Concat(name.Select(static c => c switch { '/' => '.', '.' => '/', _ => c })) : name;
    }

    private static string Namespace(string name) => name switch
    {
        "kernel.sem" => "ipc",
        _ when name.StartsWith("kernel.shm", StringComparison.Ordinal) || name.StartsWith("kernel.msg", StringComparison.Ordinal)
            || name.StartsWith("fs.mqueue.", StringComparison.Ordinal) => "ipc",
        _ when name.StartsWith("net.", StringComparison.Ordinal) => "net",
        _ => "",
    };

    private static bool IsSysctl(string name) => name.Length <= DnsNames.MaxSubdomain
        && name.Split('.', '/').All(static part => part.Length > 0 && IsEnd(part[0]) && IsEnd(part[^1]) && part.All(static c => IsEnd(c) || c is '-' or '_'));

    private static bool IsEnd(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
