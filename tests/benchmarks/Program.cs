using Capstan.Benchmarks;

// Called by the script ./bench at the root; see there.
switch (args)
{
    case ["driver"]:
        return DriverPath.Run();
    case ["make-files", var directory, var files, var directories, var averageBytes]:
        TestFiles.Make(directory, int.Parse(files), int.Parse(directories), int.Parse(averageBytes));
        return 0;
    case ["library-drives", var directory, var mebibytes, var rounds]:
        return LibraryDrives.Run(directory, int.Parse(mebibytes), int.Parse(rounds));
    default:
        Console.Error.WriteLine("""
            usage: Capstan.Benchmarks driver
                   Capstan.Benchmarks make-files DIRECTORY FILES DIRECTORIES AVERAGE-BYTES
                   Capstan.Benchmarks library-drives DIRECTORY MIB ROUNDS

            driver      the driver alone, over a transport that answers GOOD: bytes allocated and CPU time per block of 256 KiB.
                        One line each: name, value, wanted at most. Exit status 1 when one is missed.
            library-drives  one drive of the virtual library in DIRECTORY is written, then all of them at once: medians of the times.
            make-files  a tree of files with random content, 0 to twice the average bytes long; always the same.
            """);
        return 2;
}
