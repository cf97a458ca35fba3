using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>What only Windows knows (upstream: <c>validateWindowsSecurityContextOptions</c>, <c>validateWindowsHostProcessPod</c>).</summary>
internal static partial class WindowsRules
{
    private const int MaxCredentialKibibytes = 64;
    private const int MaxDomain = 256;
    private const int MaxUser = 104;
    private static readonly System.Buffers.SearchValues<char> NotInNames = System.Buffers.SearchValues.Create("\"/\\:;|=,+*?<>@[]");

    /// <summary>Checks <c>windowsOptions</c>.</summary>
    public static void CheckOptions(JsonObject? options, FieldPath path, FieldErrors errors)
    {
        if (options is null)
            return;
        if (options.Text("gmsaCredentialSpecName") is { } name)
            errors.Invalid(path.Child("gmsaCredentialSpecName"), name, DnsNames.Subdomain(name));
        if (options.Text("gmsaCredentialSpec") is { } credential)
        {
            if (credential.Length == 0)
                errors.Invalid(path.Child("gmsaCredentialSpec"), credential, "gmsaCredentialSpec cannot be an empty string");
            else if (Encoding.UTF8.GetByteCount(credential) > MaxCredentialKibibytes * 1024)
                errors.Invalid(path.Child("gmsaCredentialSpec"), credential, $"gmsaCredentialSpec size must be under {MaxCredentialKibibytes} KiB");
        }
        if (options.Text("runAsUserName") is { } user)
            foreach (var fault in UserFaults(user))
                errors.Invalid(path.Child("runAsUserName"), user, fault);
    }

    private static List<string> UserFaults(string name)
    {
        var parts = name.Split('\\');
        if (name.Length == 0)
            return ["runAsUserName cannot be an empty string"];
        if (name.Any(char.IsControl))
            return ["runAsUserName cannot contain control characters"];
        if (parts.Length > 2)
            return ["runAsUserName cannot contain more than one backslash"];
        var faults = new List<string>();
        if (parts.Length == 2)
        {
            if (parts[0].Length >= MaxDomain)
                faults.Add($"runAsUserName's Domain length must be under {MaxDomain} characters");
            if (!NetBios().IsMatch(parts[0]) && !DomainName().IsMatch(parts[0]))
                faults.Add("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
        }
        var user = parts[^1];
        if (user.Length == 0)
            faults.Add("runAsUserName's User cannot be empty");
        else if (user.Length > MaxUser)
            faults.Add($"runAsUserName's User length must not be longer than {MaxUser} characters");
        if (user.Length > 0 && user.All(static c => c is '.' or ' '))
            faults.Add("runAsUserName's User cannot contain only periods or spaces");
        if (user.AsSpan().ContainsAny(NotInNames))
            faults.Add("runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
        return faults;
    }

    /// <summary>Containers that run as processes of the node: all of a pod or none, and on the node's network.</summary>
    public static void CheckHostProcess(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var ofPod = spec.Object("securityContext").Object("windowsOptions").Bool("hostProcess");
        var (all, onHost) = (0, 0);
        foreach (var list in ContainerLists)
            foreach (var (i, container) in spec.Items(list))
            {
                all++;
                var own = container.Object("securityContext").Object("windowsOptions").Bool("hostProcess");
                if (ofPod is { } wanted && own is { } given && wanted != given)
                    errors.Invalid(path.Child(list).Index(i).Child("securityContext", "windowsOptions").Child("hostProcess"), (JsonNode)given,
                        $"pod hostProcess value must be identical if both are specified, was {(wanted ? "true" : "false")}");
                if (own ?? ofPod ?? false)
                    onHost++;
            }
        if (onHost == 0)
            return;
        if (onHost != all)
            errors.Invalid(path, "", "If pod contains any hostProcess containers then all containers must be HostProcess containers");
        if (spec.Bool("hostNetwork") != true)
            errors.Invalid(path.Child("hostNetwork"), (JsonNode)false, "hostNetwork must be true if pod contains any hostProcess containers");
    }

    /// <summary>The lists of containers in the order in which upstream visits them.</summary>
    internal static readonly string[] ContainerLists = ["initContainers", "containers", "ephemeralContainers"];

    [GeneratedRegex("""^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}\z""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NetBios();

    [GeneratedRegex(@"^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DomainName();
}
