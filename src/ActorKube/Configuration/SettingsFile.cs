using ActorKube.CommandLine;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorKube.Configuration;

/// <summary>The user's settings in a HOCON file, and in those that it includes.</summary>
internal static class SettingsFile
{
    /// <summary>Reads a file; what it includes is looked for beside it.</summary>
    /// <exception cref="UserError">It, or one that it includes, cannot be read, or is no HOCON.</exception>
    public static Config Read(string file) => new(Parse(file, []));

    private static HoconRoot Parse(string file, string[] including)
    {
        if (including.Contains(file))
            throw new UserError($"The settings file {file} includes itself.");
        var text = Text(file);
        if (HoconBrackets.Complaint(text) is { } complaint)
            throw Unreadable(file, complaint);
        try
        {
            return Parser.Parse(text, included => Parse(Path.GetFullPath(included, Path.GetDirectoryName(file)!), [.. including, file]));
        }
        catch (Exception failure) when (failure is not UserError)
        {
            // The parser throws whatever it stumbles over.
            throw Unreadable(file, failure is ConfigurationException or FormatException ? failure.Message : "it is no HOCON");
        }
    }

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, failure.Message);
        }
    }

    private static UserError Unreadable(string file, string why) => new($"The settings file {file} cannot be read: {why}");
}
