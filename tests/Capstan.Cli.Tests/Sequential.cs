// A signal reaches every verb that runs in this process, so only one may.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
