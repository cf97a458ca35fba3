using System.Collections;
using ActorKube.CommandLine;
using ActorKube.Protocol.Hosting;
using Akka.Configuration;

namespace ActorKube.Configuration;

/// <summary>
/// Puts the settings of a process together, each layer over the next: flags, environment, the user's file, the profile of the command, the components' own defaults.
/// </summary>
internal static class SettingsLoader
{
    /// <summary>Environment variables that begin so are settings: two underscores stand for a dot, one for a hyphen.</summary>
    public const string EnvironmentPrefix = "ACTORKUBE__";

    private const string OwnSection = "actorkube.";
    private const string AkkaSection = "akka.";

    // Journals and snapshot stores have names of their own there.
    private const string AkkaPlugins = "akka.persistence.";

    /// <summary>Builds the settings.</summary>
    /// <param name="defaults">The components' defaults; they say which keys exist.</param>
    /// <param name="profile">What the command changes.</param>
    /// <param name="file">The user's file; null for none.</param>
    /// <param name="flags">Settings given on the command line as <c>key=value</c>.</param>
    /// <param name="environment">The process's environment.</param>
    /// <param name="check">Reads the settings as the components will, and throws at a value that is not allowed.</param>
    /// <exception cref="UserError">A key is unknown, or the file cannot be read.</exception>
    /// <exception cref="ConfigurationException">A value is not allowed; the message names the key.</exception>
    public static Config Load(Config defaults, Config profile, string? file, IReadOnlyList<string> flags, IDictionary environment, Action<Config> check)
    {
        var known = SettingKeys.Of(defaults).Concat(SettingKeys.Of(profile)).ToHashSet();
        var fromFile = file is null ? Config.Empty : Checked(SettingsFile.Read(file), known, $"the file {file}");
        var fromEnvironment = Checked(Parse(EnvironmentLines(environment), "the environment"), known, "the environment");
        var fromFlags = Checked(Parse(flags, "--set"), known, "--set");
        var settings = fromFlags.WithFallback(fromEnvironment).WithFallback(fromFile).WithFallback(profile).WithFallback(defaults);
        check(settings);
        return settings;
    }

    private static Config Checked(Config config, HashSet<string> known, string source)
    {
        foreach (var key in SettingKeys.Of(config))
            if (!known.Knows(key) && !(key.StartsWith(AkkaSection, StringComparison.Ordinal) && IsOfAkka(key)))
                throw new UserError($"{source} sets {key}, which is no setting of this program{Suggestion(key, known)}");
        return config;
    }

    private static bool IsOfAkka(string key) => key.StartsWith(AkkaPlugins, StringComparison.Ordinal) || SettingKeys.Of(ProtocolConfig.Akka()).ToHashSet().Knows(key);

    private static string Suggestion(string key, HashSet<string> known)
    {
        var last = key[(key.LastIndexOf('.') + 1)..];
        var near = known.FirstOrDefault(k => k.EndsWith($".{last}", StringComparison.Ordinal));
        return near is null ? "; hocon/ lists them all." : $"; did you mean {near}?";
    }

    private static IEnumerable<string> EnvironmentLines(IDictionary environment)
    {
        foreach (DictionaryEntry variable in environment)
            if (variable.Key is string name && name.StartsWith(EnvironmentPrefix, StringComparison.Ordinal))
                yield return $"{OwnSection}{name[EnvironmentPrefix.Length..].Replace("__", ".").Replace('_', '-').ToLowerInvariant()}={variable.Value}";
    }

    private static Config Parse(IEnumerable<string> settings, string source)
    {
        var text = new System.Text.StringBuilder();
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=');
            if (equals <= 0)
                throw new UserError($"{source}: '{setting}' is not of the form key=value.");
            text.Append(setting[..equals]).Append(" = ").Append(Value(setting[(equals + 1)..])).Append('\n');
        }
        return ConfigurationFactory.ParseString(text.ToString());
    }

    // Lists are written as HOCON writes them; everything else is taken as it is.
    private static string Value(string text) =>
        text.StartsWith('[') && text.EndsWith(']') && HoconBrackets.Complaint(text) is null ? text : $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
