namespace ActorKube.NodeAgent.Runtimes;

/// <summary>
/// The log files that a runtime writes, as seen by those who read and rotate them. Real runtimes write to disk; the simulated one keeps them in memory
/// unless told otherwise. Lines have the CRI format: <c>timestamp SP stdout|stderr SP F|P SP text LF</c>.
/// </summary>
internal interface IContainerLogFiles
{
    /// <summary>Makes the directory and its parents; the runtime expects a log's directory to exist.</summary>
    void CreateDirectory(string path);

    /// <summary>Removes a directory with all that is in it; one that is gone is no error.</summary>
    void DeleteDirectory(string path);

    /// <summary>Opens a log for reading from its start while the runtime goes on writing; null when there is none. Reading at the end gives 0 bytes and more later.</summary>
    Stream? OpenRead(string path);

    /// <summary>Length in bytes; null when there is no such file.</summary>
    long? GetLength(string path);

    /// <summary>Full paths of the files directly in a directory, sorted; empty when it does not exist.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Renames a file. The writer keeps writing to it until its log is reopened.</summary>
    void Move(string from, string to);

    /// <summary>Opens a file for writing at its end and creates it where it is missing; its directory must exist.</summary>
    Stream OpenAppend(string path);

    /// <summary>Removes a file; one that is gone is no error.</summary>
    void Delete(string path);

    /// <summary>Completes when the file may have become longer than <paramref name="length"/>, or was replaced or removed. May complete early, never late by more than a poll.</summary>
    Task WaitForChangeAsync(string path, long length, CancellationToken cancel);
}
