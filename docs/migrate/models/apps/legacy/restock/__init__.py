import logging

import azure.functions as func


def main(timer: func.TimerRequest) -> None:
    logging.info("Restocking%s", ", late" if timer.past_due else "")
