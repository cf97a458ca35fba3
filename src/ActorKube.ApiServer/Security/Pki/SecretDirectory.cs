using System.Text;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>
/// A directory (mode 0700) of small files (mode 0600) that hold keys and certificates. A write is atomic and durable: readers, and a process that starts after a
/// crash, find the old content or the new one, never a part.
/// </summary>
public sealed class SecretDirectory
{
    private const int MaxFileBytes = 1 << 20;
    private const UnixFileMode OwnerOnlyDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates the directory when it is missing.</summary>
    /// <exception cref="PkiException">The directory cannot be created or entered.</exception>
    public SecretDirectory(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Path);
                return;
            }
            Directory.CreateDirectory(Path, OwnerOnlyDirectory);
            if (File.GetUnixFileMode(Path) != OwnerOnlyDirectory)
                File.SetUnixFileMode(Path, OwnerOnlyDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PkiException($"The directory for keys {Path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Absolute path of the directory.</summary>
    public string Path { get; }

    /// <summary>Absolute path of a file in it.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>True when the file is there.</summary>
    public bool Has(string name) => File.Exists(PathOf(name));

    /// <summary>The text of a file.</summary>
    /// <exception cref="PkiException">The file is missing, unreadable or absurdly large.</exception>
    public string Read(string name)
    {
        var path = PathOf(name);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxFileBytes })
                throw new PkiException($"The file {path} is larger than {MaxFileBytes} bytes and cannot be a key or certificate.");
            return File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PkiException($"The file {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Removes a file; nothing happens when it is not there.</summary>
    /// <exception cref="PkiException">The file cannot be removed.</exception>
    public void Delete(string name)
    {
        var path = PathOf(name);
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PkiException($"The file {path} cannot be removed: {e.Message}", e);
        }
    }

    /// <summary>Replaces or creates a file.</summary>
    /// <exception cref="PkiException">The file cannot be written; the old content is still there.</exception>
    public void Write(string name, string content) => Replace(PathOf(name), content);

    /// <summary>Replaces or creates a file that holds a key, in whatever directory.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="content">Its text.</param>
    /// <exception cref="PkiException">The file cannot be written; the old content is still there.</exception>
    internal static void Replace(string path, string content)
    {
        var temporary = path + ".new";
        try
        {
            File.Delete(temporary);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnlyFile;
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(content));
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PkiException($"The file {path} cannot be written: {e.Message}", e);
        }
    }
}
